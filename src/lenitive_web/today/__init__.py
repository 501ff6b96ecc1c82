"""The first page of the day: whose chart needs what, red flags first."""
