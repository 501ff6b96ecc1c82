"""The table of requirements in the documentation: every test that it names is there."""

import ast
import re
from collections import Counter
from functools import cache

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "reference" / "services.md"
ROW = re.compile(
    r"^\| (?P<requirement>[^|]+) \| (?P<guide>[^|]+) \| `(?P<file>[^`:]+)::(?P<test>\w+)` \|$", re.MULTILINE
)
LEAST = {"CDS Hooks": 50, "CRD": 50, "FHIR": 13, "US Core 6.1": 4, "SMART": 4}


def rows() -> list[re.Match[str]]:
    return list(ROW.finditer(PAGE.read_text()))


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_named_in_the_table_exists():
    missing = [row["test"] for row in rows() if row["test"] not in names_in(row["file"])]
    assert missing == []


def test_every_row_was_read():
    text = PAGE.read_text().partition("## Requirements and their tests")[2]
    lines = [
        line
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| requirement |", "| ---"))
    ]
    assert len(lines) == len(rows())


def test_no_requirement_stands_twice():
    counted = Counter((row["requirement"], row["guide"]) for row in rows())
    assert [one for one, count in counted.items() if count > 1] == []


def test_each_guide_is_covered():
    counted = Counter(row["guide"] for row in rows())
    assert all(counted[guide] >= least for guide, least in LEAST.items()), counted
