"""How the tables of the authorization room came to be."""
