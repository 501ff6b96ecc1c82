"""How the table of readings came to be."""
