"""Pain medicines as part of the plan: for what and how soon, what speaks against them, and what follows.

A class of medicines is no procedure that somebody orders, so it is not among the options of an assessment; it stands
beside the ladder and is worked out with the plan. Like care without a needle it need not wait for proof of the source.
Guidelines disagree about some of them: what each advises is shown, and the one that thinks of the medicine soonest
gives the place. What is taken already is told first, also where something speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from lenitive.chart.chart import Chart
from lenitive.chart.request import Request
from lenitive.medicine.shapes import Line, ProcedureEntry
from lenitive.reasoning.assessment import (
    Alert,
    Assessment,
    Determination,
    Earlier,
    FactSeen,
    Outlook,
    Target,
    Value,
    Verdict,
    what_holds_up,
    what_stops,
)
from lenitive.reasoning.book import Book
from lenitive.reasoning.candidacy import supported_target, verdict_of
from lenitive.reasoning.citing import cite, in_a_sentence, see
from lenitive.reasoning.determination import Asking, determine
from lenitive.reasoning.earlier import earlier
from lenitive.reasoning.education import CitedText
from lenitive.reasoning.outlook import outlook
from lenitive.reasoning.plan import Then
from lenitive.reasoning.safety import taken

_LINES: dict[Line, int] = {"first": 0, "second": 1, "last": 2, "not advised": 3}
TALK_OVER = "talk over"
"""The place of what is taken although something speaks against it: it is no advice to take it."""
NEAR = (TALK_OVER, "now", "next")
"""Places that are told with their doses and questions; the others are told by name."""
_PLACES = {place: order for order, place in enumerate((*NEAR, "later", "not now"))}

_ANOTHER = ("serotonergic_antidepressant_taken", "other_anti_inflammatory_taken", "acetaminophen_taken")
"""Cautions about a further drug that does the same."""


class MedicineStep(Value, frozen=True, kw_only=True):
    """One class of pain medicines for this patient.

    ``advice`` is what guidelines say for the source, ``line`` how soon the soonest thinks of it. ``taken`` are the
    drugs of the class that the patient takes, or may take.
    """

    medicine: str
    label: str
    place: str
    line: Line
    verdict: Verdict
    why: str
    target: Target
    opens_with: list[str]
    advice: list[CitedText]
    doses: list[CitedText]
    gates: Determination
    candidacy: Determination
    contraindications: Determination
    cautions: Determination
    taken: list[FactSeen]
    earlier: Earlier | None
    outlook: list[Outlook]
    if_it_works: list[Then]
    if_it_fails: list[Then]

    @property
    def take_care(self) -> list[str]:
        """The cautions that are known to hold."""
        return _take_care(self.cautions, self.taken)


def medicine_steps(book: Book, chart: Chart, told: Assessment) -> list[MedicineStep]:
    """The classes of medicines for the sources under consideration, in the order in which they are thought of.

    A class that is only advised against is shown where it is taken.
    """
    chart, day = chart.as_of(told.as_of), told.as_of
    asking = Asking.about(book, chart, day)
    found = [one for name in sorted(book.medicines) if (one := _considered(asking, name, told)) is not None]
    ground = _Ground.of(found)
    placed = sorted(found, key=lambda one: (_PLACES[ground.place(one)], _LINES[one.line], one.entry.step, one.label))
    return [_step(asking, one, ground, placed) for one in placed]


def medicines_that_need_not_wait(book: Book, chart: Chart, told: Assessment) -> list[MedicineStep]:
    """The same under the red flags of the day: no medicine is begun while one stops it, but for those it spares."""
    stopping = what_stops(told.red_flags)
    steps = medicine_steps(book, chart, told)
    return [one for one in steps if not any(flag.holds_up(one.medicine) for flag in stopping)]


def _take_care(cautions: Determination, taken: Sequence[FactSeen]) -> list[str]:
    """The cautions that are known to hold. One drug of the class is no other one beside itself."""
    own = {fact.id for fact in taken}
    return [
        row.label
        for row in cautions.criteria
        if row.satisfied is False
        and not (row.criterion in _ANOTHER and len(own) == 1 and {fact.id for fact in row.facts} == own)
    ]


# --- one class -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Medicine:
    """A class of medicines and how it stands by itself."""

    name: str
    entry: ProcedureEntry
    asking: Asking
    target: Target
    line: Line
    advice: list[CitedText]
    gates: Determination
    candidacy: Determination
    contraindications: Determination
    cautions: Determination
    verdict: Verdict
    why: str
    opens_with: list[str]
    taken: list[FactSeen]
    alerts: list[Alert]
    earlier: Earlier | None

    @property
    def label(self) -> str:
        return self.entry.label

    @property
    def is_open(self) -> bool:
        """It may be tried: nothing known speaks against it, and it was not tried in vain."""
        may_be = self.verdict in ("candidate", "undocumented") and not self.contraindications.warned
        return may_be and not self.was_in_vain and self.line != "not advised"

    @property
    def was_in_vain(self) -> bool:
        return self.earlier is not None and self.earlier.again == "pointless"

    @property
    def is_to_talk_over(self) -> bool:
        """It is taken, and something known speaks against it."""
        told = [alert for alert in self.alerts if alert.severity != "ask"]
        against = bool(told or self.contraindications.warned) or self.verdict == "not a candidate"
        return bool(self.taken) and (against or self.line == "not advised")


def _considered(asking: Asking, name: str, told: Assessment) -> _Medicine | None:
    """A class that is aimed at a source under consideration, or taken."""
    entry = asking.book.content.procedures[name]
    request = Request(kind=name)
    asking = asking.beside(request)
    target = _target(asking, name, entry, told)
    taking = _taking(asking.engine.chart, entry, told.as_of)
    advice = sorted(
        (one for one in entry.advice if target.generator in one.generators), key=lambda one: _LINES[one.line]
    )
    line: Line = advice[0].line if advice else "not advised"
    if line == "not advised" and not taking:
        return None
    gates = determine(asking, f"{name}.gates", entry.gates)
    wanted = determine(asking, f"{name}.candidacy", entry.candidacy)
    against = determine(asking, f"{name}.contraindications", entry.contraindications, recalled_refuses=False)
    waits_for = what_holds_up(name, told.red_flags)
    verdict, why, opens = verdict_of(asking, entry, target, gates, wanted, against, told.differential, waits_for)
    return _Medicine(
        name=name,
        entry=entry,
        asking=asking,
        target=target,
        line=line,
        advice=[CitedText(text=one.text, citation=cite(f"{name}.advice", one)) for one in advice],
        gates=gates,
        candidacy=wanted,
        contraindications=against,
        cautions=determine(asking, f"{name}.cautions", entry.cautions, recalled_refuses=False),
        verdict=verdict,
        why=why,
        opens_with=opens,
        taken=taking,
        alerts=_alerts_about(taking, told),
        earlier=earlier(asking.book, asking.engine.chart, request, told.as_of),
    )


def _target(asking: Asking, name: str, entry: ProcedureEntry, told: Assessment) -> Target:
    """The source for which it is thought of soonest, of those that are likely enough, diagnosed or found."""
    found = [_target_among(asking, name, entry, told, generators) for generators in _by_line(entry)]
    return next((one for one in found if one.status == "met"), supported_target(asking, name, entry, told.differential))


def _by_line(entry: ProcedureEntry) -> list[list[str]]:
    """The sources that it is aimed at, those for which it is thought of soonest first."""
    return [
        generators
        for line in _LINES
        if (generators := [name for one in entry.advice if one.line == line for name in one.generators])
    ]


def _target_among(
    asking: Asking, name: str, entry: ProcedureEntry, told: Assessment, generators: Sequence[str]
) -> Target:
    """A mechanism that rides on the source and was found comes first; else the likeliest of some sources."""
    aimed = msgspec.structs.replace(entry, targets=list(generators))
    found = supported_target(asking, name, aimed, told.differential)
    riding = [one for one in told.overlays if one.odds_multiplied_by > 1 and one.generator in generators]
    if not riding:
        return found
    overlay = max(riding, key=lambda one: one.odds_multiplied_by)
    return msgspec.structs.replace(
        found,
        generator=overlay.generator,
        label=overlay.label,
        probability=None,
        low=None,
        high=None,
        status="met",
    )


def _taking(chart: Chart, entry: ProcedureEntry, day: date) -> list[FactSeen]:
    return [see(one) for one in taken(chart, day) if one.ingredient in entry.ingredients and one.status != "intended"]


def _alerts_about(taking: Sequence[FactSeen], told: Assessment) -> list[Alert]:
    """What must be dealt with first of the drugs of a class that are taken."""
    own = {fact.id for fact in taking}
    return [one for one in told.alerts if one.procedure is None and not own.isdisjoint(fact.id for fact in one.facts)]


# --- where it stands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ground:
    """The soonest line that is still open for each source."""

    soonest: dict[str | None, int]

    @classmethod
    def of(cls, found: Sequence[_Medicine]) -> _Ground:
        soonest: dict[str | None, int] = {}
        for one in found:
            if one.is_open:
                line = _LINES[one.line]
                soonest[one.target.generator] = min(line, soonest.get(one.target.generator, line))
        return cls(soonest)

    def place(self, one: _Medicine) -> str:
        """What is taken is looked at now, and talked over if something speaks against it; of the others those of the
        soonest open line, then those of the next. What is thought of last waits until nothing else is open."""
        if one.taken:
            return TALK_OVER if one.is_to_talk_over else "now"
        if one.verdict == "not a candidate" or one.line == "not advised":
            return "not now"
        if not one.is_open:
            return "later"
        behind = _LINES[one.line] - self.soonest[one.target.generator]
        if behind == 0:
            return "now" if one.verdict == "candidate" else "next"
        is_next = behind == 1 and one.verdict == "candidate" and one.line != "last"
        return "next" if is_next else "later"


def _step(asking: Asking, one: _Medicine, ground: _Ground, placed: Sequence[_Medicine]) -> MedicineStep:
    name, entry = one.name, one.entry
    return MedicineStep(
        medicine=name,
        label=entry.label,
        place=ground.place(one),
        line=one.line,
        verdict=one.verdict,
        why=_why(one),
        target=one.target,
        opens_with=one.opens_with,
        advice=one.advice,
        doses=[CitedText(text=dose.text, citation=cite(f"{name}.doses", dose)) for dose in entry.doses],
        gates=one.gates,
        candidacy=one.candidacy,
        contraindications=one.contraindications,
        cautions=one.cautions,
        taken=one.taken,
        earlier=one.earlier,
        outlook=outlook(one.asking, name, one.target.generator),
        if_it_works=list(_if_it_works(one)),
        if_it_fails=list(_if_it_fails(one, placed)),
    )


def _why(one: _Medicine) -> str:
    """Why it stands where it stands: that it is taken, how it ended before, then what is advised or holds it back."""
    told = [f"{one.advice[0].text} {_what_is_against(one)}" if one.verdict == "candidate" and one.advice else one.why]
    if one.earlier:
        told.insert(0, one.earlier.says)
    if one.taken:
        told.insert(0, _IS_TAKEN_AGAINST if one.is_to_talk_over else _IS_TAKEN)
    return " ".join(told)


def _what_is_against(one: _Medicine) -> str:
    """Of an open class the alerts about its drugs, else that it needs care, else that nothing speaks against it."""
    if one.alerts:
        titles = "; ".join(dict.fromkeys(in_a_sentence(alert.title) for alert in one.alerts))
        return f"Deal with the alert first: {titles}."
    return _WITH_CARE if _take_care(one.cautions, one.taken) else _NOTHING_AGAINST


_NOTHING_AGAINST = "Nothing that was asked speaks against it."
_WITH_CARE = "Nothing that was asked forbids it; it needs care."
_IS_TAKEN_AGAINST = "It is taken, though something speaks against it: talk it over."
_IS_TAKEN = "It is taken: ask how much it helps, and what else it does."


def _if_it_works(one: _Medicine) -> Iterator[Then]:
    follow_up = one.entry.follow_up
    why = "The lowest dose that helps, and only as long as it does."
    citations = [] if follow_up is None else [cite(f"{one.name}.follow_up", follow_up)]
    when = "" if follow_up is None else f" {follow_up.text}"
    yield Then(procedure=None, label="Keep it", why=f"{why}{when}", citations=citations)


def _if_it_fails(one: _Medicine, placed: Sequence[_Medicine]) -> Iterator[Then]:
    """Stop it in the way it wants to be stopped; then the next one for the same source."""
    for way in one.entry.aftercare:
        yield Then(procedure=None, label="End it", why=way.text, citations=[cite(f"{one.name}.aftercare", way)])
    same = [
        other
        for other in placed
        if other is not one and other.target.generator == one.target.generator and other.is_open and not other.taken
    ]
    if same:
        source = in_a_sentence(one.target.label)
        yield Then(procedure=same[0].name, label=same[0].label, why=f"The next to think of for {source}.")
