"""Tags about documents."""
