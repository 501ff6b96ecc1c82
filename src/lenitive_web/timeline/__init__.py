"""The timeline: scores, procedures with their windows of relief and opioids, over one axis of days."""
