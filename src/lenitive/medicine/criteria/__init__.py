"""Every criterion by name. A module of this folder that defines criteria is found by itself."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from lenitive.errors import RuleError, no_such
from lenitive.rules.model import Criterion


@cache
def all_criteria() -> dict[str, Criterion]:
    """The criteria of every module in this folder, by name. Two criteria of one name are refused."""
    found: dict[str, Criterion] = {}
    for module in iter_modules(__path__):
        for thing in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(thing, Criterion) and found.setdefault(thing.name, thing) is not thing:
                raise RuleError(f"Two criteria are called {thing.name!r}; the second is in {module.name}.py.")
    return found


def criterion_named(name: str) -> Criterion:
    """The criterion of that name; an error with the nearest names if there is none."""
    known = all_criteria()
    if name not in known:
        raise no_such("criterion", name, known)
    return known[name]
