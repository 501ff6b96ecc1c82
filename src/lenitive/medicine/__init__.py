"""The content, owned by clinicians: what medicine and payers say."""
