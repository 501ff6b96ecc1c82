"""Tags of the patient's own pages."""
