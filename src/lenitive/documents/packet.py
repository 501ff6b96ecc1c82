"""What our copy of the packet and the summary show, ready for the templates. What leaves: :mod:`.payers_copy`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import msgspec

from lenitive.chart.chart import Chart
from lenitive.codes import unit_in_words
from lenitive.documents.authorization import Authorization, CriterionShown
from lenitive.documents.drawing import Timeline, Trend, timeline, trends
from lenitive.documents.enclosures import Enclosure
from lenitive.documents.evidence import Evidence, EvidenceRow, evidence_of, kind_of
from lenitive.documents.letter import Paragraph, letter, refs, that_decide, what_is_asked
from lenitive.documents.letter_head import LetterHead
from lenitive.documents.wording import capital, days, given, joined, number, on, relief, span
from lenitive.medicine.shapes import Content
from lenitive.reasoning.assessment import Citation
from lenitive.reasoning.book import Book, book
from lenitive.reasoning.citing import distinct, plain
from lenitive.reasoning.coverage import insurance
from lenitive.reasoning.parameters_used import ParameterUsed
from lenitive.reasoning.row_words import row_value


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A name and what stands for it."""

    name: str
    value: str


class CriterionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the criterion table."""

    label: str
    answer: str
    state: str
    notes: list[str]
    seen: list[str]
    evidence: list[str]
    numbers: list[str]
    sources: list[str]
    is_judged: bool


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of another table."""

    cells: list[str]
    evidence: list[str]
    sources: list[str] = []


class MissingLine(msgspec.Struct, frozen=True, kw_only=True):
    """A question or document, what it settles and what it would change."""

    question: str
    detail: str
    settles: str
    change: str


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what would make a request met: what has to be shown."""

    text: str
    items: list[str]


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that stands on the pages."""

    title: str
    who: str
    as_of: date
    version: str
    status: str
    status_text: str
    is_chosen: bool
    reason: str
    cover: list[Cell]
    policy: list[Cell]
    warnings: list[str]
    letter: list[Paragraph]
    criteria: list[CriterionLine]
    judged_in: list[str]
    timeline: Timeline | None
    treatments: list[Line]
    trends: list[Trend]
    procedures: list[Line]
    examination: list[Line]
    imaging: list[Line]
    evidence: list[EvidenceRow]
    sources: list[Cell]
    ways: list[Way]
    missing: list[MissingLine]
    is_for_the_payer: bool = False
    to: list[str] = []
    enclosures: list[Enclosure] = []
    head: LetterHead | None = None


STATUS = {
    "met": "All criteria of the policy are met on this record.",
    "not met": "The record answers at least one criterion against the policy.",
    "undocumented": "Not decided: the record leaves criteria of the policy open.",
}
NO_POLICY = "No policy was found to judge this request by."


def packet(request: Authorization, chart: Chart, knowledge: Book | None = None) -> Packet:
    """Our own copy of the packet: everything, from the chart as of the request's day; see :mod:`.payers_copy`."""
    known = (knowledge or book()).content
    chart = chart.as_of(request.as_of)
    told = evidence_of(chart, request, known)
    status = request.determination.status if request.determination else "no policy"
    return Packet(
        title=f"Prior authorization: {request.procedure}",
        who=name_of_patient(chart),
        as_of=request.as_of,
        version=request.version,
        status=status,
        status_text=STATUS.get(status, NO_POLICY),
        is_chosen=request.chosen.policy is not None,
        reason=request.chosen.reason,
        cover=_filled(_cover(request, chart)),
        policy=_filled(_policy(request, known)),
        warnings=request.warnings,
        letter=letter(request, told, who_is_meant(chart)),
        criteria=[_criterion(one, told) for one in request.criteria],
        judged_in=_judged_in(request),
        timeline=timeline(told, request.as_of),
        treatments=[_treatment(one, told) for one in told.table("treatment")],
        trends=trends(told, known, request.as_of),
        procedures=_procedures(told),
        examination=_findings(told, known, imaged=False),
        imaging=_findings(told, known, imaged=True),
        evidence=told.rows(),
        sources=_sources(request),
        ways=ways(request),
        missing=[
            MissingLine(
                question=one.question,
                detail=capital("; ".join(one.details)),
                settles="; ".join(one.settles),
                change=capital(one.change),
            )
            for one in request.missing
        ],
    )


def name_of_patient(chart: Chart) -> str:
    """The patient by name and number."""
    patient = chart.patient
    return f"{patient.name} ({chart.patient_id})" if patient and patient.name else chart.patient_id


def who_is_meant(chart: Chart) -> str:
    """The patient by name, number and birth date."""
    patient = chart.patient
    born = f"born {days(patient.birth_date, patient.birth_by)}" if patient and patient.birth_date else ""
    return joined(name_of_patient(chart), born)


def _filled(cells: list[Cell]) -> list[Cell]:
    """Nothing is left blank: what is not there says so."""
    return [msgspec.structs.replace(cell, value=cell.value or "not in the record") for cell in cells]


def _cover(request: Authorization, chart: Chart) -> list[Cell]:
    asked, patient, cover = request.request, chart.patient, insurance(chart, request.as_of)
    born = days(patient.birth_date, patient.birth_by) if patient and patient.birth_date else ""
    place = " ".join(asked.levels) or "levels not set"
    return [
        Cell(name="Patient", value=name_of_patient(chart)),
        Cell(name="Born, sex", value=joined(born or "birth date not recorded", patient.sex if patient else "")),
        Cell(name="Payer", value=joined(*distinct(asked.payer, cover.plan if cover else "", plain(asked.programme)))),
        Cell(name="Member number", value=(cover.member or "") if cover else ""),
        Cell(name="State", value=asked.state or ""),
        Cell(name="Site of service", value=plain(asked.site_of_service)),
        Cell(name="Procedure", value=joined(request.procedure, asked.approach, asked.intent)),
        Cell(name="Side and levels", value=joined(asked.side or "side not set", place)),
        Cell(name="Planned day", value=str(asked.on) if asked.on else ""),
        Cell(name="Guidance, sedation", value=joined(asked.guidance, _sedation(asked.sedation))),
        Cell(name="Code numbers of this procedure", value=", ".join(request.codes)),
    ]


def _sedation(word: str | None) -> str:
    return f"sedation: {word}" if word else "sedation not set"


def _policy(request: Authorization, known: Content) -> list[Cell]:
    chosen = request.chosen
    if chosen.policy is None:
        return []
    member = next(
        (
            one
            for one in known.policies[chosen.policy].members
            if one.policy_id == chosen.policy_id and one.contractor == chosen.contractor
        ),
        None,
    )
    cells = [
        Cell(name="Policy", value=chosen.label),
        Cell(
            name="Number",
            value=joined(chosen.policy_id, f"article {member.article}" if member and member.article else ""),
        ),
        Cell(name="Contractor", value=chosen.contractor or ""),
        Cell(name="Rows in force from", value=str(chosen.effective_from or "")),
        Cell(name="Why this policy", value=chosen.reason),
        *_read_here(request),
        *_beforehand(request),
        Cell(name="Read in", value=_cited(chosen.citation) if chosen.citation else ""),
    ]
    return [cell for cell in cells if cell.value]


def _beforehand(request: Authorization) -> list[Cell]:
    """The programmes that want a decision before the procedure."""
    return [
        Cell(
            name="Decision beforehand",
            value=joined(
                f"{one.label}, {one.service}",
                f"perhaps: {one.because}" if one.because else "",
                *(f"{time.urgency} requests within {time.amount} {time.counted}" for time in one.times),
                f"holds {one.valid_days} days" if one.valid_days else "",
            ),
        )
        for one in request.authorities
    ]


def _read_here(request: Authorization) -> list[Cell]:
    """Where the text is open and the practice chose its reading: the question, and how the rows are asked here."""
    found = [
        (point.issue, [one for one in request.criteria if one.row.partition("#")[2] in point.key.split("+")])
        for point in request.open_points
        if point.chosen
    ]
    return [
        Cell(name="Where the text is open", value=f"{issue} Asked here: {'; '.join(map(_asked_as, rows))}.")
        for issue, rows in found
        if rows
    ]


def _asked_as(one: CriterionShown) -> str:
    return f"{one.label} ({'required' if one.result.severity == 'required' else 'advised'})"


def _cited(citation: Citation) -> str:
    return f"{citation.source}, {citation.locator} ({citation.grade})"


_STATE = {True: "yes", False: "no", None: "open"}
_ANSWER = {True: "As wanted", False: "Not as wanted", None: "Not in the record"}


MOST_SEEN = 8
MOST_REFS = 12
LONGEST = 160
"""In the criterion table; the evidence pages hold everything in full."""


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _criterion(one: CriterionShown, told: Evidence) -> CriterionLine:
    result = one.result
    notes = [f"wanted: {result.wanted}; found: {result.status}"] if result.satisfied is False else []
    notes += ["advice: does not decide"] if result.severity == "advice" else []
    notes += [f"at least {one.at_least} of its group is needed"] if result.group else []
    notes += ["warns only: this row is recalled, its text was not read"] if result.warns_only else []
    seen = [f"{fact.text}{f' ({fact.on})' if fact.on else ''}" for fact in result.facts]
    if not seen and result.satisfied is not None:
        seen = ["answered by the request as it is made, or by the record as a whole"]
    seen = [_cut(text) for text in dict.fromkeys(seen)]
    more = [f"and {len(seen) - MOST_SEEN} more in the evidence"] if len(seen) > MOST_SEEN else []
    asked = [f"{ask.question} ({ask.detail})" for ask in result.missing if result.satisfied is None]
    return CriterionLine(
        label=one.label,
        answer=_ANSWER[result.satisfied],
        state=_STATE[result.satisfied],
        notes=notes,
        seen=[*seen[:MOST_SEEN], *more, *asked],
        evidence=refs(one, told)[:MOST_REFS],
        numbers=[said for parameter in one.parameters if (said := parameter_text(parameter))],
        sources=list(dict.fromkeys(_cited(citation) for citation in result.citations if not is_ours(citation))),
        is_judged=any(map(is_ours, result.citations)),
    )


OURS = "lenitive-judgement"
"""The source under which this project keeps its own choices."""


def is_ours(citation: Citation) -> bool:
    """A choice of this project, not a text that somebody published."""
    return citation.source == OURS


def _judged_in(request: Authorization) -> list[str]:
    """Where the choices of this project are explained, each place once for the whole table."""
    cited = [citation for one in request.criteria for citation in one.result.citations if is_ours(citation)]
    return list(dict.fromkeys(f"{citation.source}, {citation.locator}" for citation in cited))


def parameter_text(one: ParameterUsed) -> str:
    """A number with its meaning, or the words that the policy's row names; nothing for our lists of codes."""
    label = capital(one.label)
    if isinstance(one.value, list):
        return f"{label}: {row_value(one.value)}" if one.citation.entry.count("#") else ""
    value = row_value(one.value) if isinstance(one.value, bool | str) else number(one.value)
    return f"{label}: {value} {unit_in_words(one.unit)}".rstrip()


def ways(request: Authorization) -> list[Way]:
    """What would make the request met."""
    found = request.would_be_met
    if found is None or found.status == "met":
        return []
    names = {one.row: one.label for one in request.criteria}
    said: list[Way] = []
    refused = [names[name] for name in found.needed if name in found.refused_by]
    if refused:
        said.append(Way(text="The record's own answer changes; while it stands, no other paper helps", items=refused))
    still_open = [names[name] for name in found.needed if name not in found.refused_by]
    if still_open:
        each = "This is shown" if len(still_open) == 1 else "Each of these is shown"
        said.append(Way(text=f"Besides, {each.lower()}" if said else each, items=still_open))
    if found.choices:
        options = [" together with ".join(dict.fromkeys(names[row] for row in choice)) for choice in found.choices]
        one = "This is shown" if len(options) == 1 else "One of these is shown"
        said.append(Way(text=f"Besides, {one.lower()}" if said else one, items=options))
    if not found.is_complete:
        said.append(Way(text="Of the alternatives more than three are needed together", items=[]))
    return said


def _treatment(fact: Any, told: Evidence) -> Line:
    cells = [
        capital(told.name(fact)),
        span(fact),
        "not recorded" if fact.sessions is None else str(fact.sessions),
        fact.adherence or "not recorded",
        joined(plain(fact.response) or "not recorded", fact.reason),
    ]
    return Line(cells=cells, evidence=told.of(fact.id))


def _procedures(told: Evidence) -> list[Line]:
    found: list[Line] = []
    for done in told.table("procedure"):
        reports = [one for one in told.table("relief") if one.procedure == done.id]
        place = joined("both sides" if done.side == "both" else done.side, " ".join(done.levels))
        helped = "; ".join(f"{relief(one)} (reported {on(one)})" for one in reports) or "not recorded"
        cells = [
            on(done),
            joined(told.name(done), done.intent),
            place or "not recorded",
            joined(done.guidance, given(done)) or "not recorded",
            helped,
        ]
        found.append(Line(cells=cells, evidence=told.of(done.id, *(one.id for one in reports))))
    return found


def _findings(told: Evidence, known: Content, imaged: bool) -> list[Line]:
    found: list[Line] = []
    for one in told.table("finding"):
        if (kind_of(one, known) in ("imaging", "electrodiagnostic")) is not imaged:
            continue
        state = {True: "found", False: "looked for, not found", None: ""}[one.present]
        value = f"{number(one.value)} {unit_in_words(one.unit)}".strip() if one.value is not None else ""
        side = "both sides" if one.side == "both" else one.side
        cells = [
            on(one),
            capital(told.name(one)),
            joined(state, value),
            joined(side, " ".join(one.levels), one.text) or "–",
        ]
        found.append(Line(cells=cells, evidence=told.of(one.id)))
    return found


def _sources(request: Authorization) -> list[Cell]:
    cited = [citation for one in request.criteria for citation in one.result.citations]
    cited += [request.chosen.citation] if request.chosen.citation else []
    return [Cell(name=name, value=text) for name, text in sorted({one.source: one.reference for one in cited}.items())]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """One page for the physician."""

    title: str
    who: str
    as_of: date
    version: str
    status: str
    status_text: str
    asked: str
    policy: str
    reason: str
    ways: list[Way]
    warnings: list[str]
    missing: list[MissingLine]
    change_of_most: str
    more_missing: int
    counts: list[Cell]
    against: list[str]
    satisfied: list[Line]
    more_satisfied: int
    trends: list[Trend]
    procedures: list[Line]
    enclosures: list[Enclosure] = []
    more_enclosed: int = 0
    head: LetterHead | None = None


MOST_MISSING = 8
MOST_WARNINGS = 3
MOST_SATISFIED = 12
MOST_TRENDS = 2
MOST_PROCEDURES = 4


def summary(request: Authorization, chart: Chart, knowledge: Book | None = None) -> Summary:
    """One page: where the request stands, what would change that, and what it rests on."""
    whole = packet(request, chart, knowledge)
    deciding = that_decide(request.criteria)
    satisfied = [one for one in deciding if one.result.satisfied]
    chosen = request.chosen
    # While the record itself answers against the policy, its answer comes first; the questions stand under "ways".
    is_open = whole.status == "undocumented"
    asked = zip(whole.missing, request.missing, strict=True) if is_open else ()
    missing = [line for line, one in asked if not one.is_advice]
    shown, change_of_most = _said_once(missing[:MOST_MISSING])
    return Summary(
        title=f"Summary: {request.procedure}",
        who=who_is_meant(chart.as_of(request.as_of)),
        as_of=request.as_of,
        version=request.version,
        status=whole.status,
        status_text=whole.status_text,
        asked=what_is_asked(request),
        policy=joined(chosen.label, chosen.contractor, chosen.policy_id),
        reason=chosen.reason,
        ways=_not_twice(whole.ways, missing),
        warnings=[*request.own_readings, *whole.warnings][:MOST_WARNINGS],
        missing=shown,
        change_of_most=change_of_most,
        more_missing=max(0, len(missing) - MOST_MISSING),
        counts=[
            Cell(name=name, value=str(sum(one.result.satisfied is truth for one in deciding)))
            for name, truth in (("as wanted", True), ("not as wanted", False), ("not in the record", None))
        ],
        against=[one.label for one in deciding if one.result.satisfied is False],
        satisfied=[
            Line(
                cells=[
                    one.label,
                    "; ".join(dict.fromkeys(_short(seen.text, seen.on) for seen in one.result.facts[-2:])),
                ],
                evidence=[],
            )
            for one in satisfied[:MOST_SATISFIED]
        ],
        more_satisfied=max(0, len(satisfied) - MOST_SATISFIED),
        trends=whole.trends[:MOST_TRENDS],
        procedures=whole.procedures[-MOST_PROCEDURES:],
    )


def _said_once(missing: list[MissingLine]) -> tuple[list[MissingLine], str]:
    """The questions without the words that most of them share, and these words."""
    change, shared = max(Counter(one.change for one in missing).items(), key=lambda pair: pair[1], default=("", 0))
    if shared < 2:
        return missing, ""
    kept = [msgspec.structs.replace(one, change="") if one.change == change else one for one in missing]
    whom = "For each" if shared == len(missing) else "Where nothing else is said"
    return kept, f"{whom}: {change[:1].lower()}{change[1:]}."


def _not_twice(ways: list[Way], missing: list[MissingLine]) -> list[Way]:
    """One sentence in place of a list that the questions below would repeat line by line."""
    wanted = [set(way.items) for way in ways]
    if len(ways) == 1 and 0 < len(missing) <= MOST_MISSING and wanted == [{one.settles for one in missing}]:
        return [Way(text="Every open question is answered as the policy wants it.", items=[])]
    return ways


def _short(text: str, day: date | None) -> str:
    return f"{_cut(text, 60)} ({day})" if day else _cut(text, 60)


def shortened(page: Summary) -> Summary | None:
    """The summary with its least useful part cut down, or ``None`` if there is nothing left to cut."""
    if len(page.satisfied) > 4:
        return _with_satisfied(page, 4)
    if page.trends:
        return msgspec.structs.replace(page, trends=[])
    if page.satisfied:
        return _with_satisfied(page, 0)
    if len(page.missing) > 3:
        more = page.more_missing + len(page.missing) - 3
        return msgspec.structs.replace(page, missing=page.missing[:3], more_missing=more)
    if len(page.enclosures) > 3:
        more = page.more_enclosed + len(page.enclosures) - 3
        return msgspec.structs.replace(page, enclosures=page.enclosures[:3], more_enclosed=more)
    if len(page.against) > 5:
        return msgspec.structs.replace(page, against=_first(page.against, 4))
    if any(len(way.items) > 5 for way in page.ways):
        ways = [Way(text=way.text, items=_first(way.items, 4)) for way in page.ways]
        return msgspec.structs.replace(page, ways=ways)
    return None


def _with_satisfied(page: Summary, kept: int) -> Summary:
    more = page.more_satisfied + len(page.satisfied) - kept
    return msgspec.structs.replace(page, satisfied=page.satisfied[:kept], more_satisfied=more)


def _first(items: list[str], kept: int) -> list[str]:
    return items if len(items) <= kept else [*items[:kept], f"and {len(items) - kept} more"]
