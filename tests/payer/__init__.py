"""A payer of our own, for tests: a process that checks a prior authorization request and answers by rule."""
