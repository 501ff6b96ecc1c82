"""Commands about drafts."""
