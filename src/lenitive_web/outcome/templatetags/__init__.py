"""Tags of the outcome."""
