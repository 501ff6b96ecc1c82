"""Tags about chosen readings."""
