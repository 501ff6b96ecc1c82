"""Commands of the patient's own pages."""
