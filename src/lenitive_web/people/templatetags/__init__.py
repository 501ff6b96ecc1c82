"""Words for the pages about the own account."""
