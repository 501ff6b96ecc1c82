"""Whatever the clinic determines for a patient, it determines by the knowledge as the patient's practice reads it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

import lenitive_web
from lenitive.documents.packet import packet
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.coverage import coverage
from lenitive.reasoning.education import education_for
from lenitive.reasoning.follow_up import follow_ups

CLINIC = Path(lenitive_web.__file__).parent
NOT_MODULES_OF_PAGES = {"settings", "wsgi"}
ABOUT_NO_PATIENT = {"lenitive_web.practice.reading_views"}
"""What can be chosen is what the shipped content leaves open, whatever the practice chose."""


def names_in(code: CodeType) -> Iterator[str]:
    """Every global and attribute that a function names, also in what is defined inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def functions_of(found: object) -> Iterator[FunctionType]:
    """A function itself, or the methods and properties of a class."""
    plain = inspect.unwrap(found) if callable(found) else found
    if isinstance(plain, FunctionType):
        yield plain
    elif isinstance(plain, type):
        for member in vars(plain).values():
            inner = getattr(member, "__func__", None) or getattr(member, "func", None) or getattr(member, "fget", None)
            if isinstance(inner or member, FunctionType):
                yield inner or member


def is_ours(found: object) -> bool:
    return callable(found) and (getattr(found, "__module__", None) or "").split(".")[0] in ("lenitive", "lenitive_web")


@cache
def reads_policies(asked: object) -> bool:
    """Whether a function comes to the policies of a book, by whatever functions of ours it calls."""
    seen: set[FunctionType] = set()
    waiting = list(functions_of(asked))
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        names = set(names_in(function.__code__))
        if "policies" in names:
            return True
        known = [function.__globals__[name] for name in names if name in function.__globals__]
        waiting += [inner for one in known if is_ours(one) for inner in functions_of(one)]
    return False


def book_parameter(function: Any) -> str | None:
    """The parameter by which a function is told the knowledge."""
    parameters = inspect.signature(function).parameters.values()
    found = [one.name for one in parameters if re.search(r"\bBook\b", str(one.annotation))]
    return found[0] if found else None


def problems_in(source: str, names: dict[str, Any]) -> Iterator[str]:
    """Calls in a module that read a policy without being told the practice's book."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shipped_in_names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and any(is_shipped(part, names) for part in ast.walk(node.value))
        for one in node.targets
        for target in ast.walk(one)
        if isinstance(target, ast.Name)
    }
    for call in calls:
        name, function = ast.unparse(call.func), called_by(call, names)
        if not is_ours(function) or isinstance(function, type) or not reads_policies(function):
            continue
        wanted = book_parameter(function)
        if wanted is None:
            continue
        told = inspect.signature(function)
        try:
            given = told.bind_partial(*call.args, **{one.arg: one.value for one in call.keywords if one.arg}).arguments
        except TypeError:
            yield f"line {call.lineno}: {name} is called in a way that this test cannot follow"
            continue
        argument = given.get(wanted)
        if argument is None:
            yield f"line {call.lineno}: {name} is not told the book"
        elif is_shipped(argument, names) or (isinstance(argument, ast.Name) and argument.id in shipped_in_names):
            yield f"line {call.lineno}: {name} is told the shipped book"


def called_by(call: ast.Call, names: dict[str, Any]) -> Any:
    """What a call calls: a function of the module's names, or a function that one of them holds."""
    if isinstance(call.func, ast.Name):
        return names.get(call.func.id)
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        return getattr(names.get(call.func.value.id), call.func.attr, None)
    return None


def is_shipped(node: ast.AST, names: dict[str, Any]) -> bool:
    """Whether an expression asks for the book of the shipped content."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    called = names.get(node.func.id)
    return getattr(called, "__module__", "") == "lenitive.reasoning.book" and node.func.id == "book"


def modules() -> Iterator[str]:
    for path in sorted(CLINIC.rglob("*.py")):
        parts = path.relative_to(CLINIC.parent).with_suffix("").parts
        if "migrations" not in parts and parts[-1] not in NOT_MODULES_OF_PAGES:
            yield ".".join(parts).removesuffix(".__init__")


def test_nothing_about_a_patient_is_determined_by_another_book() -> None:
    found = {
        name: list(problems_in(inspect.getsource(module), vars(module)))
        for name, module in ((name, importlib.import_module(name)) for name in modules())
    }
    assert {name for name, problems in found.items() if problems} == ABOUT_NO_PATIENT, found


def test_the_search_knows_what_reads_a_policy() -> None:
    assert all(reads_policies(one) for one in (packet, follow_ups, coverage))
    assert not reads_policies(education_for)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("consider(chart, day, [])", "line 1: consider is not told the book"),
        ("consider(chart, day, [], knowledge=book())", "line 1: consider is told the shipped book"),
        ("day, known = 1, book()\nconsider(chart, day, [], known)", "line 2: consider is told the shipped book"),
        ("consider(chart, day, [], page.book)", None),
        ("education_for(book(), kind)", None),
    ],
)
def test_the_search_finds_a_call_that_forgets(source: str, problem: str | None) -> None:
    names = {"consider": consider, "book": book, "education_for": education_for}
    assert list(problems_in(source, names)) == ([problem] if problem else [])
