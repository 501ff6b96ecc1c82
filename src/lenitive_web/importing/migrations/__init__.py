"""Migrations of importing."""
