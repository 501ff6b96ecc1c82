"""The outcome: what each procedure brought, against the baseline and what counts, and what comes next."""
