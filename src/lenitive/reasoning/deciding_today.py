"""What decides today whether a procedure that was asked for is safe: the sides, the last relief, the measured values.

Only what is recorded and bears on the procedure; that something is not recorded is said where one of its rules asks for
it. The rules name the values (:mod:`lenitive.medicine.criteria`), so that none is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lenitive.chart.chart import Chart
from lenitive.chart.complaint import Complaint
from lenitive.chart.measure import Measure
from lenitive.codes import unit_in_words
from lenitive.medicine.content import content
from lenitive.medicine.criteria import criterion_named
from lenitive.medicine.shapes import Requirement
from lenitive.reasoning.assessment import NO_NEEDLE, CriterionResult, FactSeen, Option
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.told_by_history import goes_on
from lenitive.rules import model
from lenitive.rules.model import Node, children
from lenitive.rules.sources import words_asked

TELLS_MORE = {"glucose": ("hba1c",)}
"""Where a rule asks for the one, the other bears on it too if it was measured."""

KIDNEYS = "kidney_function_reduced"
"""The criterion whose values bear on how long a drug is held."""


@dataclass(frozen=True)
class Deciding:
    """One line of it in words. ``is_open``: a rule asks for it, and it is not recorded; ``clashes``: two records of it
    do not agree."""

    says: str
    is_open: bool = False
    clashes: bool = False


def deciding_today(chart: Chart, option: Option) -> list[Deciding]:
    """The sides, the values that the rules of a procedure ask for, and the last relief. ``chart`` is as of the day."""
    if option.role in NO_NEEDLE:
        return []
    return [*_side(chart, option), *_values(chart, option), *_relief(option)]


# --- the side --------------------------------------------------------------------------------------------------------


def _side(chart: Chart, option: Option) -> Iterator[Deciding]:
    # Any pain counts: which of several pains it is for, the sides alone do not tell.
    felt = {one.side for one in chart.rows(Complaint) if one.side and (chart.day is None or goes_on(one, chart.day))}
    asked = option.request.side
    if asked is None:
        if felt and not content().procedures[option.procedure].midline:
            yield Deciding("side not recorded", is_open=True)
        return
    if felt and asked != "both" and felt.isdisjoint({asked, "both", "midline"}):
        yield Deciding(f"asked for on the {asked}, pain on the {' and '.join(sorted(felt))}", clashes=True)
    else:
        yield Deciding(_SIDES[asked] + (", as the pain" if felt == {asked} else ""))


_SIDES = {"left": "left side", "right": "right side", "both": "both sides", "midline": "in the middle"}


# --- measured values -------------------------------------------------------------------------------------------------


def _values(chart: Chart, option: Option) -> Iterator[Deciding]:
    open_ = set(_asked_for(option))
    for instrument in _that_bear(option.procedure):
        label = content().instruments[instrument].label
        last = _last(chart.rows(Measure), instrument)
        if last is not None:
            again = ", to be measured anew" if instrument in open_ else ""
            yield Deciding(f"{_in_words(label, last)}{f' ({last.true_on}{again})' if last.true_on else ''}")
        elif instrument in open_:
            yield Deciding(f"{in_a_sentence(label)} not recorded", is_open=True)
    if option.alerts:
        yield from _kidneys(chart)


def _kidneys(chart: Chart) -> Iterator[Deciding]:
    """How long a drug is held may hang on them; the alert says so where nothing was measured."""
    found = [one for name in _measured_by(KIDNEYS) if (one := _last(chart.rows(Measure), name))]
    for last in sorted(found, key=lambda one: str(one.true_on))[-1:]:
        label = content().instruments[last.instrument or ""].label
        yield Deciding(f"{_in_words(label, last)} ({last.true_on})")


def _in_words(label: str, value: Measure) -> str:
    unit = value.unit or content().instruments[value.instrument or ""].unit
    return f"{in_a_sentence(label)} {value.score:g} {unit_in_words(unit)}".strip()


def _last(measures: Iterable[Measure], instrument: str) -> Measure | None:
    """The last value with a day. A chart gives its rows in time order."""
    found = [one for one in measures if one.instrument == instrument and one.score is not None and one.true_on]
    return found[-1] if found else None


def _that_bear(procedure: str) -> list[str]:
    """The values that the rules of a procedure ask for, whether or not they apply to this patient."""
    entry = content().procedures[procedure]
    rows = (*entry.contraindications, *entry.cautions)
    asked = dict.fromkeys(name for row in rows for name in _measured_by(row.criterion))
    return list(dict.fromkeys(more for name in asked for more in (name, *TELLS_MORE.get(name, ()))))


def _asked_for(option: Option) -> Iterator[str]:
    """The values that a rule waits for: one that forbids, or a caution that surely applies to this patient."""
    entry = content().procedures[option.procedure]
    known = {one.criterion: one for one in option.cautions.criteria}
    applying = {row.criterion for row in entry.cautions if _applies(row, known)}
    waiting = [
        *option.contraindications.criteria,
        *(one for one in option.cautions.criteria if one.criterion in applying),
    ]
    for one in waiting:
        if one.status == "undocumented" and one.missing:
            yield from _measured_by(one.criterion)


def _applies(row: Requirement, known: dict[str, CriterionResult]) -> bool:
    return row.when is None or (row.when in known and known[row.when].status == "met")


@lru_cache(maxsize=1_000)
def _measured_by(criterion: str) -> tuple[str, ...]:
    """The instruments of a criterion that asks for measured values and for nothing else."""
    parts = list(_below(criterion_named(criterion).met_when))
    if {part.table for part in parts if isinstance(part, model.Rows)} != {"measure"}:
        return ()
    return tuple(dict.fromkeys(name for part in parts for name in _instruments_in(part)))


def _instruments_in(node: Node) -> tuple[str, ...]:
    asked = words_asked(node) if isinstance(node, model.Compare | model.IsIn) else None
    return tuple(sorted(word for word in asked[1] if word)) if asked and asked[0] == "instrument" else ()


def _below(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _below(child)


# --- relief ----------------------------------------------------------------------------------------------------------


def _relief(option: Option) -> Iterator[Deciding]:
    """The last relief that was held against its gates, or that the last one of its kind brought."""
    rests_on = [fact for one in option.gates.criteria for fact in one.facts]
    told = [fact for fact in (*(option.earlier.facts if option.earlier else ()), *rests_on) if fact.table == "relief"]
    dated = [fact for fact in told if fact.on]
    if dated:
        last = max(dated, key=_day)
        how_much = last.text.replace(" relief", "", 1).removeprefix("relief ")
        yield Deciding(f"last relief {how_much} ({last.on})")
    elif not told and option.earlier and option.role != "conservative":
        done = [fact for fact in option.earlier.facts if fact.table == "procedure" and fact.on]
        yield from (Deciding(f"relief after {fact.on} not recorded", is_open=True) for fact in done[:1])


def _day(fact: FactSeen) -> str:
    return str(fact.on)
