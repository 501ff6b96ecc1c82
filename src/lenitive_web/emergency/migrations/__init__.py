"""The tables as they began."""
