"""Migrations of the body map."""
