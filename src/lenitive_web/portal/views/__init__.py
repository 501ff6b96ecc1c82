"""Views of the patient's own pages, one module a page."""
