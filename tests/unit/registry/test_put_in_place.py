"""What is written takes its place whole, and never that of something else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lenitive.chart import TABLES, Fact
from lenitive.errors import UsageError
from lenitive.registry.store import open_store, write_facts

AT = datetime(2025, 1, 1, 12, tzinfo=UTC)


def patients(*names: str) -> list[Fact]:
    return [TABLES["patient"](id="patient", patient=name, recorded_at=AT) for name in names]


def seen_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_came_into_the_folder_while_facts_were_read_is_left_there(tmp_path):
    out = tmp_path / "registry"

    def while_somebody_uses_the_name() -> Iterator[Fact]:
        yield from patients("a")
        out.mkdir()
        (out / "thesis.docx").write_text("mine")

    with pytest.raises(UsageError, match="not a registry"):
        write_facts(while_somebody_uses_the_name(), out)
    assert (out / "thesis.docx").read_text() == "mine"
    assert seen_in(tmp_path) == ["registry"]


def test_of_two_who_write_one_registry_the_second_is_told(tmp_path):
    out = tmp_path / "registry"

    def while_another_writes() -> Iterator[Fact]:
        yield from patients("a")
        write_facts(patients("b", "c"), out)

    with pytest.raises(UsageError, match="--replace"):
        write_facts(while_another_writes(), out)
    assert open_store(out).about.patients == 2


@pytest.mark.parametrize("replace", [False, True])
def test_a_registry_that_a_killed_process_had_moved_away_comes_back(tmp_path, replace):
    out = tmp_path / "registry"
    write_facts(patients("a", "b"), out)
    out.rename(tmp_path / ".registry.before")
    if replace:
        write_facts(patients("c"), out, replace=True)
    else:
        with pytest.raises(UsageError, match="--replace"):
            write_facts(patients("c"), out)
    assert open_store(out).about.patients == (1 if replace else 2)
    assert seen_in(tmp_path) == ["registry"]


def test_a_registry_that_was_replaced_before_the_kill_is_cleared_away(tmp_path):
    out = tmp_path / "registry"
    write_facts(patients("a", "b"), tmp_path / ".registry.before")
    write_facts(patients("c"), out, replace=True)
    write_facts(patients("d", "e", "f"), out, replace=True)
    assert open_store(out).about.patients == 3
    assert seen_in(tmp_path) == ["registry"]
