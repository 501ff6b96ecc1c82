"""What is measured, how, and the peers it is measured beside. ``python -m bench`` runs it; see docs/explanation."""
