"""Commands for those who run a clinic."""
