"""How the tables of the first page came to be."""
