"""Where the pain comes from: red flags, the differential with its evidence, what would settle it, and the override."""
