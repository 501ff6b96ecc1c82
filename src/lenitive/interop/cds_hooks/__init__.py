"""CDS Hooks 2.0: what an electronic record asks while somebody works in it, and the cards it gets back."""
