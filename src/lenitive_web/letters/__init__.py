"""Letters: what was written in place of a proposal, to whom they go, and what became of them."""
