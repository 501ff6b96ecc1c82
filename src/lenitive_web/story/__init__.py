"""The patient's story: what hurts, since when, what was tried, what was done, and what nobody has asked yet."""
