"""The plan: the ladder of steps, goals that are shared, and whom to involve with which question."""
