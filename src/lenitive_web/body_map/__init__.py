"""The body map: a figure on which a patient marks where it hurts, and on which a clinician reads it."""
