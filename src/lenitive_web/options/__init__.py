"""What fits: every procedure under consideration in one table, each open to its criteria."""
