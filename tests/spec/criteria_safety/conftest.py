"""The same text tables as in ``tests/spec/criteria``."""

from tests.spec.criteria.conftest import ask

__all__ = ["ask"]
