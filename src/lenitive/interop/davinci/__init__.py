"""The Da Vinci guides: what a payer's rules say about an order, in the form that records and payers exchange."""
