"""Loads, checks, dates, cites and grades clinical content."""
