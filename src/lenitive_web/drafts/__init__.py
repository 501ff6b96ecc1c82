"""What staff have typed and not yet written down, kept so that a closed window loses nothing. Never a fact.

The own pages of patients have drafts of their own (``portal/drafts.py``): there a draft is the story itself, step by
step, that the clinic sees begun and reminds of. Here a draft is one person's own, and nobody else sees it.
"""
