"""What was recorded about patients: an append-only ledger of facts, and the one door to it."""
