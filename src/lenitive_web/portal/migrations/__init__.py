"""Migrations of the patient's own pages."""
