"""Examination and history: what to look for in this patient, most telling first, and writing down what was found."""
