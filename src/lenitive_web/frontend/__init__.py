"""Brings the files of the look (design system, typeface, Vega) from packages into ``static_built``, at set-up."""
