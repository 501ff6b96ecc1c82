"""The auditor's room: who did what with whose data, and how to find one person in it."""
