"""The packet as the payer gets it: criteria that stand, each with its evidence and the policy's own section.

What is open, what the record answers otherwise, how a source was graded and what this project judged are for us, and
stand in our own copy. Nothing is added here: a criterion that does not stand is not claimed, and every fact of the
story stays, whichever way it speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lenitive.chart.chart import Chart
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.drawing import Timeline
from lenitive.documents.evidence import EvidenceRow
from lenitive.documents.letter import UNREAD, Paragraph, Sentence, rewritten
from lenitive.documents.packet import Cell, CriterionLine, Line, Packet, is_ours, packet, parameter_text
from lenitive.documents.readiness import is_unread
from lenitive.documents.wording import capital, joined, without_gaps
from lenitive.reasoning.book import Book

OF_OUR_CHOICE = ("Why this policy", "Read in")
NO_SECTION = "ambiguity"
"""How the locator of a remark on a policy's text begins: it names no section of the policy."""

LONGEST_NUMBER = 80
"""What is longer is a list of what counts, which the payer's own policy holds."""

UNKNOWN = ("not in the record", "not recorded")


def payers_copy(
    request: Authorization,
    chart: Chart,
    knowledge: Book | None = None,
    *,
    written: Mapping[str, str] | None = None,
    to: Sequence[str] = (),
) -> Packet:
    """The payer's copy of a packet, from the chart as of the request's day.

    ``written`` is what a person wrote in place of paragraphs of the letter, by title; ``to`` is whom it goes to.
    """
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
        letter=rewritten([told for one in ours.letter if (told := _paragraph(one)) is not None], written or {}),
        to=list(to),
        criteria=[_criterion(request, one, line) for one, line in stands],
        judged_in=[],
        timeline=_timeline(ours.timeline),
        treatments=_lines(ours.treatments, ours),
        procedures=_lines(ours.procedures, ours),
        examination=_lines(ours.examination, ours),
        imaging=_lines(ours.imaging, ours),
        evidence=_not_in_a_table(ours),
        sources=[],
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
    return [said for used in read if (said := parameter_text(used)) and len(said) <= LONGEST_NUMBER]


def section_of(request: Authorization, one: CriterionShown) -> str:
    """The policy's own number and the section in which a criterion stands; a section that nobody read is not named."""
    cited = one.result.citations[0]
    is_its_text = not (is_unread(one) or is_ours(cited) or cited.locator.startswith(NO_SECTION))
    return joined(request.chosen.policy_id, cited.locator if is_its_text else "")


def _lines(lines: list[Line], ours: Packet) -> list[Line]:
    """The rows of a table, each with where its facts were recorded: the payer's copy tells a fact once."""
    source = {row.number: row.source for row in ours.evidence}
    return [
        Line(
            cells=list(map(_cell, line.cells)),
            evidence=line.evidence,
            sources=list(dict.fromkeys(source[number] for number in line.evidence)),
        )
        for line in lines
    ]


def _timeline(ours: Timeline | None) -> Timeline | None:
    """The drawing without a word where no end or response is known: an open bar is dashed."""
    if ours is None:
        return None
    bars = [msgspec.structs.replace(one, note=without_gaps(one.note)) for one in ours.bars]
    return msgspec.structs.replace(ours, bars=bars, alt=without_gaps(ours.alt))


def _not_in_a_table(ours: Packet) -> list[EvidenceRow]:
    """The evidence that no table of its own tells."""
    tables = (*ours.treatments, *ours.procedures, *ours.examination, *ours.imaging)
    told = {number for line in tables for number in line.evidence}
    return [known_of(row) for row in ours.evidence if row.number not in told]


def known_of(row: EvidenceRow) -> EvidenceRow:
    """A row of the evidence with only what it tells."""
    return msgspec.structs.replace(row, text=without_gaps(row.text), day=without_gaps(row.day))


def _cell(text: str) -> str:
    told = without_gaps(text)
    return "–" if not told or told in UNKNOWN else told
