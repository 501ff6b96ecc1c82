"""The procedure: booked behind its gates, prepared, signed for, done, recorded, recovered from, and sent home."""
