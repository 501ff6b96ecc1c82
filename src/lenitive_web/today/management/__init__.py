"""Commands of the first page."""
