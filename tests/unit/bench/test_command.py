"""`python -m bench` ends with 1 if an answer was wrong, and only then."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import bench.__main__ as command
from bench.measuring import Figure, SkippedError, check


def _part(monkeypatch: pytest.MonkeyPatch, measure: Any) -> None:
    monkeypatch.setattr(command, "import_module", lambda name: SimpleNamespace(TITLE="A part", measure=measure))


def _right(scale: Any) -> Iterator[Figure]:
    yield Figure("slow", "1 s", "under 0.5 s", met=False)


def _wrong(scale: Any) -> Iterator[Figure]:
    yield Figure("fast", "0 s", "under 0.5 s", met=True)
    check(False, "2 + 2 was 5")


def _skipped(scale: Any) -> Iterator[Figure]:
    raise SkippedError("the peer is not here")
    yield


def test_a_wrong_answer_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _part(monkeypatch, _wrong)
    assert command.main(["peers"]) == 1
    assert "WRONG: 2 + 2 was 5" in capsys.readouterr().out


def test_a_missed_bar_is_shown_and_not_punished(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _part(monkeypatch, _right)
    assert command.main(["peers"]) == 0
    assert "MISS" in capsys.readouterr().out


def test_what_is_absent_is_skipped_with_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _part(monkeypatch, _skipped)
    assert command.main(["peers", "cold"]) == 0
    assert capsys.readouterr().out.count("skipped: the peer is not here") == 2
