"""The clinic in a browser: one Django app a room, each a thin layer over ``lenitive``."""
