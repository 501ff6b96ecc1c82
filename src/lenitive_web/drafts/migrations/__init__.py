"""The tables of drafts through time."""
