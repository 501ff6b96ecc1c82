"""Emergency access: somebody without a permission reads one chart for an hour, says why, and is reviewed."""
