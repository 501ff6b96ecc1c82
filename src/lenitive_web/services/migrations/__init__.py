"""How the tables of the services came to be."""
