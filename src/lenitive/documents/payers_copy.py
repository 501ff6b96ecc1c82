"""The packet as the payer gets it: criteria that stand, each with its evidence and the policy's own section.

What is open, what the record answers otherwise, how a source was graded and what this project judged are for us, and stand
in our own copy. Nothing is added here: a criterion that does not stand is not claimed, and every fact of the story stays,
whichever way it speaks.
"""

from __future__ import annotations

import msgspec

from lenitive.chart.chart import Chart
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.letter import UNREAD, Paragraph, Sentence
from lenitive.documents.packet import Cell, CriterionLine, Line, Packet, is_ours, packet, parameter_text
from lenitive.documents.readiness import is_unread
from lenitive.documents.wording import capital, joined, without_gaps
from lenitive.reasoning.book import Book

OF_OUR_CHOICE = ("Why this policy", "Read in")
UNKNOWN = ("not in the record", "not recorded")


def payers_copy(request: Authorization, chart: Chart, knowledge: Book | None = None) -> Packet:
    """The payer's copy of a packet, from the chart as of the request's day."""
    ours = packet(request, chart, knowledge)
    stands = [(one, line) for one, line in zip(request.criteria, ours.criteria, strict=True) if one.result.satisfied]
    return msgspec.structs.replace(
        ours,
        is_for_the_payer=True,
        status="",
        status_text="",
        reason="",
        cover=_known(ours.cover),
        policy=_policy(request, ours),
        warnings=[],
        letter=[told for one in ours.letter if (told := _paragraph(one)) is not None],
        criteria=[_criterion(request, one, line) for one, line in stands],
        judged_in=[],
        treatments=_lines(ours.treatments),
        procedures=_lines(ours.procedures),
        examination=_lines(ours.examination),
        imaging=_lines(ours.imaging),
        evidence=[msgspec.structs.replace(row, text=without_gaps(row.text)) for row in ours.evidence],
        sources=_sources(request),
        ways=[],
        missing=[],
    )


def _known(cells: list[Cell]) -> list[Cell]:
    """The cells that say something, without the words for what is not known."""
    told = [msgspec.structs.replace(cell, value=without_gaps(cell.value)) for cell in cells]
    return [cell for cell in told if cell.value and cell.value not in UNKNOWN]


def _policy(request: Authorization, ours: Packet) -> list[Cell]:
    """The policy by its name and number; a programme only where it is sure that it wants to be asked."""
    unsure = {f"{one.label}, {one.service}" for one in request.authorities if one.because}
    return [
        cell
        for cell in _known(ours.policy)
        if cell.name not in OF_OUR_CHOICE and not any(cell.value.startswith(name) for name in unsure)
    ]


def _paragraph(one: Paragraph) -> Paragraph | None:
    if one.is_for_us:
        return None
    said = [_sentence(sentence) for sentence in one.sentences if not sentence.is_for_us]
    return Paragraph(title=one.title, sentences=said) if said else None


def _sentence(one: Sentence) -> Sentence:
    return msgspec.structs.replace(one, text=without_gaps(one.text.replace(UNREAD, "")))


def _criterion(request: Authorization, one: CriterionShown, line: CriterionLine) -> CriterionLine:
    return msgspec.structs.replace(
        line,
        answer="",
        notes=[],
        seen=list(map(capital, map(without_gaps, line.seen))),
        numbers=numbers_of(one),
        sources=[section_of(request, one)],
        is_judged=False,
    )


def numbers_of(one: CriterionShown) -> list[str]:
    """The numbers that the policy itself names and that were read there."""
    read = [used for used in one.parameters if not is_ours(used.citation) and used.citation.grade != "recalled"]
    return [said for used in read if (said := parameter_text(used))]


def section_of(request: Authorization, one: CriterionShown) -> str:
    """The policy's own number and the section in which a criterion stands; a section that nobody read is not named."""
    cited = one.result.citations[0]
    is_its_text = not is_unread(one) and not is_ours(cited)
    return joined(request.chosen.policy_id, cited.locator if is_its_text else "")


def _lines(lines: list[Line]) -> list[Line]:
    return [msgspec.structs.replace(line, cells=list(map(_cell, line.cells))) for line in lines]


def _cell(text: str) -> str:
    told = without_gaps(text)
    return "–" if not told or told in UNKNOWN else told


def _sources(request: Authorization) -> list[Cell]:
    """Where the policy's sections stand; neither our judgements nor what was only recalled."""
    cited = [one.result.citations[0] for one in request.criteria if one.result.satisfied and not is_unread(one)]
    read = {one.source: one.reference for one in cited if not is_ours(one)}
    return [Cell(name=str(number), value=text) for number, text in enumerate(sorted(set(read.values())), start=1)]
