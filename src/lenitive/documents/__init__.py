"""Documents for people: what is said about a request, and the pages that say it."""
