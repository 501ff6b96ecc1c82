"""Authorization: what is asked for, how it stands against the payer's policy, what is missing, and the packet."""
