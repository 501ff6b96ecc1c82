"""Who saw and changed what, when, from where: a chain of events that shows when it was tampered with."""
