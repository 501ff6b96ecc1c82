"""The letter of medical necessity: sentences made of facts and statuses, and of nothing else.

The letter counts nothing and works nothing out, so that each number in it stands in a fact, in the request, or in a row
of the policy. A physician reads, changes and signs it. What the record does not hold is listed for us, and left out
of the payer's copy: to claim nothing is honest, to plead against the patient is not what a letter is for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.evidence import Evidence
from lenitive.documents.wording import capital, joined, on, relief
from lenitive.status import kleene_at_least


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence and the numbers of the facts that it rests on."""

    text: str
    evidence: list[str] = []
    is_for_us: bool = False


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and its sentences."""

    title: str
    sentences: list[Sentence]
    is_for_us: bool = False


def in_words(one: Paragraph) -> str:
    """A paragraph as plain text, a sentence a line, to be changed by hand."""
    return "\n".join(sentence.text for sentence in one.sentences)


def rewritten(paragraphs: list[Paragraph], written: Mapping[str, str]) -> list[Paragraph]:
    """The letter with what a person wrote in place of some paragraphs, by title; what was emptied is left out.

    The facts behind a paragraph stay with it, after its last sentence.
    """
    found = [_rewritten(one, written[one.title]) if one.title in written else one for one in paragraphs]
    return [one for one in found if one.sentences]


def lines_of(text: str) -> list[str]:
    """A text line by line, without those that say nothing."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _rewritten(one: Paragraph, text: str) -> Paragraph:
    lines = lines_of(text)
    facts = list(dict.fromkeys(number for sentence in one.sentences for number in sentence.evidence))
    last = len(lines) - 1
    said = [Sentence(text=line, evidence=facts if number == last else []) for number, line in enumerate(lines)]
    return msgspec.structs.replace(one, sentences=said)


RECENT = 6
"""Of a long list the letter tells the first row and the last ones; the evidence pages hold all."""


def letter(request: Authorization, told: Evidence, who: str) -> list[Paragraph]:
    """The letter, paragraph by paragraph; a paragraph without a sentence is left out."""
    found = [
        Paragraph(title="Request", sentences=list(_request(request, who))),
        Paragraph(title="The pain", sentences=_each(told, "complaint") + _each(told, "condition")),
        Paragraph(title="Scores", sentences=_by_instrument(told)),
        Paragraph(title="Conservative care", sentences=_each(told, "treatment")),
        Paragraph(title="Earlier procedures", sentences=_procedures(told)),
        Paragraph(title="Examination and imaging", sentences=_findings(told)),
        Paragraph(title="Statements on record", sentences=_each(told, "statement")),
        *_criteria(request, told),
    ]
    return [paragraph for paragraph in found if paragraph.sentences]


def _request(request: Authorization, who: str) -> Iterator[Sentence]:
    yield Sentence(text=f"Authorization is requested for {who}: {what_is_asked(request)}.")
    chosen = request.chosen
    if chosen.policy is None:
        yield Sentence(text=f"No policy to judge it by was found: {chosen.reason}", is_for_us=True)
        return
    version = f", rows in force from {chosen.effective_from}" if chosen.effective_from else ""
    yield Sentence(text=f"It is set against: {joined(chosen.label, chosen.contractor, chosen.policy_id)}{version}.")


def what_is_asked(request: Authorization) -> str:
    """The request in one line."""
    asked = request.request
    side = "both sides" if asked.side == "both" else asked.side
    return joined(
        request.procedure[:1].lower() + request.procedure[1:],
        asked.approach,
        side,
        " ".join(asked.levels),
        f"guidance: {asked.guidance}" if asked.guidance else "",
        f"sedation: {asked.sedation}" if asked.sedation else "",
        f"steroid: {asked.steroid}" if asked.steroid else "",
        f"planned for {asked.on}" if asked.on else "day not set",
    )


def _shortened(rows: list[Any]) -> list[Any]:
    return rows if len(rows) <= RECENT + 1 else [rows[0], *rows[-RECENT:]]


def _each(told: Evidence, table: str) -> list[Sentence]:
    rows = told.table(table)
    found = [_fact(told, fact) for fact in _shortened(rows)]
    return found + _the_rest(rows)


def _the_rest(rows: list[Any]) -> list[Sentence]:
    shortened = len(_shortened(rows)) < len(rows)
    return [Sentence(text="What lies between stands in the evidence pages.")] if shortened else []


def _fact(told: Evidence, fact: Any) -> Sentence:
    return Sentence(text=f"{told.say(fact).rstrip('.')}.", evidence=told.of(fact.id))


def _by_instrument(told: Evidence) -> list[Sentence]:
    """Of each instrument the first score and the last two."""
    found: list[Sentence] = []
    by_instrument: dict[str, list[Any]] = defaultdict(list)
    for one in told.table("measure"):
        by_instrument[one.instrument].append(one)
    for rows in by_instrument.values():
        kept = rows if len(rows) <= 3 else [rows[0], *rows[-2:]]
        found += [_fact(told, one) for one in kept]
    return found


def _procedures(told: Evidence) -> list[Sentence]:
    rows = told.table("procedure")
    reports: dict[str, list[Any]] = defaultdict(list)
    for one in told.table("relief"):
        reports[one.procedure].append(one)
    found: list[Sentence] = []
    for done in _shortened(rows):
        after = reports[done.id]
        helped = "; ".join(relief(one) for one in after) or "relief not recorded"
        ids = [done.id, *(one.id for one in after)]
        found.append(Sentence(text=f"{told.say(done)}: {helped}.", evidence=told.of(*ids)))
    return found + _the_rest(rows)


def _findings(told: Evidence) -> list[Sentence]:
    """The last report of each finding at each place, what is present first."""
    latest: dict[tuple[Any, ...], Any] = {}
    for one in told.table("finding"):
        latest[one.code, one.side, one.levels] = one
    rows = sorted(
        latest.values(), key=lambda one: (one.present is not True, -(one.true_on.toordinal() if one.true_on else 0))
    )
    absent = [one for one in rows if one.present is False and one.value is None and not one.text]
    found = [_fact(told, one) for one in rows if one not in absent]
    by_day: dict[Any, list[Any]] = defaultdict(list)
    for one in absent:
        by_day[one.true_on, one.true_by].append(one)
    for same_day in by_day.values():
        names = "; ".join(joined(told.name(one), one.side, " ".join(one.levels)) for one in same_day)
        day = on(same_day[0])
        ids = [one.id for one in same_day]
        found.append(Sentence(text=f"Looked for and not found ({day}): {names}.", evidence=told.of(*ids)))
    return found


def _criteria(request: Authorization, told: Evidence) -> Iterator[Paragraph]:
    shown: dict[str, list[Sentence]] = {"yes": [], "no": [], "open": []}
    for one in that_decide(request.criteria):
        shown[_answer(one)].append(
            Sentence(text=f"{one.label}{UNREAD if one.result.warns_only else ''}.", evidence=refs(one, told))
        )
    yield Paragraph(title="On record, as the policy wants it", sentences=shown["yes"])
    yield Paragraph(title="On record, and not as the policy wants it", sentences=shown["no"], is_for_us=True)
    yield Paragraph(title="Not in the record; nothing is claimed about", sentences=shown["open"], is_for_us=True)


UNREAD = " (this row of the policy is only recalled: its text was not read)"


def refs(one: CriterionShown, told: Evidence) -> list[str]:
    """The numbers of the facts that a criterion rests on."""
    return told.of(*(seen.id for seen in one.result.facts))


def _answer(one: CriterionShown) -> str:
    if one.result.satisfied is None:
        return "open"
    return "yes" if one.result.satisfied else "no"


def that_decide(criteria: list[CriterionShown]) -> list[CriterionShown]:
    """The required criteria; of alternatives of which enough are satisfied, those that are."""
    groups: dict[str, list[CriterionShown]] = defaultdict(list)
    for one in criteria:
        if one.result.group and one.result.severity == "required":
            groups[one.result.group].append(one)
    enough = {
        name
        for name, members in groups.items()
        if kleene_at_least(max(one.at_least for one in members), (one.result.satisfied for one in members))
    }
    return [
        one
        for one in criteria
        if one.result.severity == "required" and (one.result.group not in enough or one.result.satisfied)
    ]


def as_text(paragraphs: list[Paragraph]) -> str:
    """The letter as plain text, for a payer's form that takes no file: the numbers of the evidence in brackets."""
    told = [
        " ".join(f"{one.text} [{', '.join(one.evidence)}]" if one.evidence else one.text for one in paragraph.sentences)
        for paragraph in paragraphs
    ]
    return "\n\n".join(f"{capital(one.title)}\n{said}" for one, said in zip(paragraphs, told, strict=True)) + "\n"
