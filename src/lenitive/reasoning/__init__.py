"""What follows for this patient: differential, candidacy, safety, coverage, plan."""

from lenitive.reasoning.assess import assess
from lenitive.reasoning.assessment import Assessment

__all__ = ["Assessment", "assess"]
