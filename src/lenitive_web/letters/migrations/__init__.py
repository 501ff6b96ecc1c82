"""How the tables of letters grew."""
