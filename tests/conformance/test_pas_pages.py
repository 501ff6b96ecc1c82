"""The pages on DTR and PAS: every test that the table names is there, and the example runs as it is printed."""

import re
from collections import Counter

import pytest

from tests.conformance.test_requirements import ROW, names_in
from tests.conftest import ROOT

TABLE = (ROOT / "docs" / "reference" / "davinci.md").read_text()
HOW_TO = (ROOT / "docs" / "how-to" / "submit-an-authorization.md").read_text()
LEAST = {"PAS": 70, "DTR": 30}


def test_every_test_named_in_the_table_exists():
    missing = [row["test"] for row in ROW.finditer(TABLE) if row["test"] not in names_in(row["file"])]
    assert missing == []


def test_every_row_was_read_and_stands_once():
    lines = [line for line in TABLE.splitlines() if line.endswith("` |") and "::" in line]
    rows = [(row["requirement"], row["guide"]) for row in ROW.finditer(TABLE)]
    assert len(lines) == len(rows) == len(set(rows))
    counted = Counter(guide for _, guide in rows)
    assert all(counted[guide] >= least for guide, least in LEAST.items()), counted


def test_the_example_runs_as_it_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    exec(compile("\n".join(blocks), "submit-an-authorization.md", "exec"), {"__name__": "example"})
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["undocumented", "met"]
    assert "resources; not taken along:" in said[2]
