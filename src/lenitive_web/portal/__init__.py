"""The patient's own pages: telling the story once, getting ready, recovering, reporting back."""
