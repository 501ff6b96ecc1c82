"""Tags of the plan."""
