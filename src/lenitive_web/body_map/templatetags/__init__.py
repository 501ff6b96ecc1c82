"""Template tags of the body map."""
