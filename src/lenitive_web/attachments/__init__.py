"""Documents attached to a chart: reports, letters, photographs, as pages that can be looked at and do nothing else."""
