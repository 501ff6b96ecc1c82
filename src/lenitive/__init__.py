"""Lenitive: from a pain patient's chart to a cited assessment."""

__version__ = "0.1.0"
