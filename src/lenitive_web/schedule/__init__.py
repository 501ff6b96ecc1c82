"""Who comes when, where, to whom: bookings and how far each one has come."""
