"""Who works here: practices, accounts, roles, and what each role may see and do."""
