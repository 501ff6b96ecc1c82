"""The tag that switches drafts on."""
