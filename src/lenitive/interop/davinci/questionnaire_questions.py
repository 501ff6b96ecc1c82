"""What a policy still has to be told about a patient, as questions with typed answers.

Only open criteria whose answer can change how the request stands are asked about. For each, the simplest question that
settles it: one statement if a yes and a no both settle it, else findings, else what the request does not say, else the
rows of the chart that the criterion reads, with the word that nothing is left out. Each question has a link that is the
same for ever and says what the answer becomes: ``statement/KIND`` (and ``/text``), ``finding/CODE``,
``measure/INSTRUMENT``, ``attestation/TOPIC``, ``request/FIELD``, ``row/TABLE`` with ``row/TABLE/COLUMN``,
``fact/TABLE/COLUMN/ID``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

import msgspec

from lenitive.chart import Chart, Fact, Request
from lenitive.chart.finding import Finding
from lenitive.chart.schema import REFERENCES, ColumnInfo, columns
from lenitive.chart.statement import Statement
from lenitive.codes import LOINC
from lenitive.interop.davinci.questionnaire_nodes import compared
from lenitive.interop.davinci.questionnaire_values import Kind, OpenCriterion, Option, PolicyQuestions, Question
from lenitive.medicine.shapes import Content, Requirement
from lenitive.reasoning.assessment import Determination
from lenitive.reasoning.book import BoundRow
from lenitive.reasoning.citing import plain, see
from lenitive.reasoning.coverage import choose
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.would_be_met import required_rows, unsettled_rows, would_be_met
from lenitive.rules import model
from lenitive.rules.reference import Missing

MOST_FINDINGS = 12
"""More findings than this are not asked one by one."""
CONTEXT = ("side", "levels", "on", "site_of_service")
"""Fields of the request that are shown filled in."""
NOT_ASKED = frozenset(("id", "patient", "recorded_at", "source", "true_by", "supersedes", "withdrawn"))
"""Columns that nobody fills in: they follow from who answers when."""
NOT_TOLD_ROW_BY_ROW = frozenset(("statement", "patient", "attestation", "authorization"))
DERIVED = {"true_on": "Since when, or on which day", "until": "Until when"}


def policy_questions(asking: Asking, request: Request, determination: Determination) -> PolicyQuestions | None:
    """The questions for a request under the policy that was chosen for it; ``None`` if no policy speaks."""
    chosen = choose(asking, request, asking.engine.day)
    if isinstance(chosen, str):
        return None
    policy, version = chosen.name, chosen.version
    placed = asking.at(request.state)
    section = placed.book.section(policy, version.wants, placed.engine.day, placed.place)
    that_matter = _rows_that_matter(placed, policy, version.wants, determination)
    seen: set[str] = set()
    found: list[OpenCriterion] = []
    for bound in section.rows:
        if bound.id in that_matter:
            items = tuple(one for one in _Deriving(placed, bound).questions() if one.link not in seen)
            seen.update(one.link for one in items)
            label = bound.row.label or bound.criterion.label
            found.append(OpenCriterion(row=bound.id, question=bound.criterion.ask, settles=label, items=items))
    return PolicyQuestions(
        policy=policy,
        label=chosen.policy.label,
        effective_from=version.effective_from,
        context=tuple(
            request_question(name) for name in CONTEXT if getattr(request, name) and f"request/{name}" not in seen
        ),
        open=tuple(one for one in found if one.items),
    )


def _rows_that_matter(
    asking: Asking, policy: str, wants: Sequence[Requirement], determination: Determination
) -> frozenset[str]:
    """The open rows of which some answer, alone or together with others, changes the status."""
    unsettled = unsettled_rows(asking, policy, wants)
    ways = would_be_met(required_rows(determination, policy, wants, unsettled))
    if ways.status != "undocumented":
        return frozenset()
    helpful = {*ways.needed, *(row for choice in ways.choices for row in choice)}
    return frozenset(
        one.row
        for one in ways.open
        if one.why != "only recalled"
        and (one.row in helpful or {one.if_satisfied, one.if_not} != {ways.status} or not ways.is_complete)
    )


class _Deriving:
    """Finds the questions for one criterion."""

    def __init__(self, asking: Asking, bound: BoundRow) -> None:
        self.asking, self.content = asking, asking.book.content
        self.chart, self.day = asking.engine.chart, asking.engine.day
        self.criteria = [one for one in (bound.criterion, bound.applies) if one is not None]
        self.open = [one for one in self.criteria if asking.engine.truth(one.met_when) is None]
        self.nodes = [node for one in self.open for node in self._live(one.met_when)]
        answers = [asking.engine.answer(one) for one in self.open]
        self.missing: list[Missing] = list(dict.fromkeys(gap for one in answers for gap in one.missing))

    def questions(self) -> list[Question]:
        """The simplest questions that settle the criterion."""
        statements, findings = self._statements(), self._findings()
        settling = next((kind for kind in statements if self._settles(self._said(kind))), None)
        if settling is not None:
            return _statement(self.content, settling)
        if findings and self._settles(self._looked_for(findings)):
            return [
                *(_finding(self.content, code) for code in findings),
                *(
                    asked
                    for kind in statements
                    if self._excepts(kind, findings)
                    for asked in _statement(self.content, kind)
                ),
            ]
        asked = [request_question(gap.column or "", self.nodes) for gap in self.missing if gap.what == "request"]
        if asked and all(gap.what == "request" for gap in self.missing):
            return asked
        telling = [kind for kind in statements if self._changes(self._said(kind))]
        return [
            *asked,
            *(one for kind in telling for one in _statement(self.content, kind)),
            *(_finding(self.content, code) for code in findings),
            *self._columns(),
            *self._rows(bool(findings)),
        ]

    # --- what would an answer do

    def _settles(self, ways: Sequence[Sequence[Fact]]) -> bool:
        """True if every way to answer leaves nothing open."""
        return bool(ways) and all(None not in self._truths(facts) for facts in ways)

    def _changes(self, ways: Sequence[Sequence[Fact]]) -> bool:
        return any(self._truths(facts) != [None] * len(self.open) for facts in ways)

    def _excepts(self, kind: str, findings: Sequence[str]) -> bool:
        """True if a statement turns the answer that findings gave."""
        return any(
            self._truths([*looked, *said]) != self._truths(looked)
            for looked in self._looked_for(findings)
            for said in self._said(kind)
        )

    def _truths(self, facts: Sequence[Fact]) -> list[bool | None]:
        told = Chart(self.chart.patient_id, (*self.chart.facts, *facts))
        engine = Asking.about(self.asking.book, told, self.day, self.asking.engine.request).engine
        return [engine.truth(one.met_when) for one in self.open]

    def _said(self, kind: str) -> list[list[Fact]]:
        return [[Statement(kind=kind, says=says, **self._supposed(MOST_FINDINGS))] for says in (True, False)]

    def _looked_for(self, codes: Sequence[str]) -> list[list[Fact]]:
        """All present, all absent, and each the only one."""
        ways = [set(codes), set[str](), *({code} for code in codes)]
        return [
            [Finding(code=code, present=code in way, **self._supposed(number)) for number, code in enumerate(codes)]
            for way in ways
        ]

    def _supposed(self, number: int = 0) -> dict[str, Any]:
        at = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        known = {"patient": self.chart.patient_id, "recorded_at": at, "true_on": self.day}
        return {**known, "id": f"supposed-{number}"}

    # --- what the criterion reads

    def _live(self, node: model.Node) -> Iterator[model.Node]:
        """The nodes that can have a say; not those that the request alone rules out, such as another region's."""
        if isinstance(node, (model.And, model.Or)):
            deciding = isinstance(node, model.Or)
            told = [part for part in node.parts if model.is_about_request_only(part)]
            if any(self.asking.engine.truth(part) is deciding for part in told):
                return
        yield node
        for child in model.children(node):
            yield from self._live(child)

    def _statements(self) -> list[str]:
        known = self.content.statements
        return [kind for kind in compared(self.nodes, "statement", "kind") if kind in known]

    def _findings(self) -> list[str]:
        codes = [code for code in compared(self.nodes, "finding", "code") if code in self.content.findings]
        return codes if len(codes) <= MOST_FINDINGS and self._lacks("finding") else []

    def _lacks(self, table: str) -> bool:
        return any(gap.what in ("topic", "row") and gap.table == table for gap in self.missing)

    def _columns(self) -> Iterator[Question]:
        """What a recorded fact does not say."""
        for gap in self.missing:
            if gap.what == "column" and gap.column and gap.fact:
                fact = next((one for one in self.chart.table(gap.table) if one.id == gap.fact), None)
                if fact is not None:
                    asked = self._column(gap.table, columns(gap.table)[gap.column])
                    link = f"fact/{gap.table}/{gap.column}/{gap.fact}"
                    yield msgspec.structs.replace(asked, link=link, text=f"{asked.text}: {see(fact).text}")

    def _rows(self, findings_are_asked: bool) -> Iterator[Question]:
        """The tables that may lack rows: the rows themselves, and the word that no more are to be had."""
        for table in dict.fromkeys(gap.table for gap in self.missing if gap.what in ("topic", "row")):
            if table == "measure":
                yield from (_measure(self.content, name) for name in compared(self.nodes, "measure", "instrument"))
            elif table not in NOT_TOLD_ROW_BY_ROW and not (table == "finding" and findings_are_asked):
                yield from self._row(table)
        for topic in dict.fromkeys(gap.column for gap in self.missing if gap.what == "topic"):
            if topic and topic != "statement":
                text = f"The record is complete on this: {plain(topic).replace(':', ', ')}"
                yield Question(link=f"attestation/{topic}", text=text, kind="boolean")

    def _row(self, table: str) -> Iterator[Question]:
        read = {node.name for node in self.nodes if isinstance(node, model.Column) and node.table == table}
        known = columns(table)
        wanted = [
            column
            for name, column in known.items()
            if name not in NOT_ASKED
            and column.kind != "nested"
            and (name in read or column.required or name in DERIVED)
        ]
        items = tuple(self._column(table, column) for column in wanted)
        if all(item.kind != "choice" or item.options for item in items):
            yield Question(link=f"row/{table}", text=plain(table).capitalize(), kind="group", repeats=True, items=items)

    def _column(self, table: str, column: ColumnInfo) -> Question:
        options = self._options(table, column)
        kind = "choice" if options or (table, column.name) in REFERENCES else _KINDS[column.kind]
        return Question(
            link=f"row/{table}/{column.name}",
            text=DERIVED.get(column.name) or column.description or plain(column.name).capitalize(),
            kind=kind,
            options=options,
            required=column.required,
            repeats=column.kind == "texts",
        )

    def _options(self, table: str, column: ColumnInfo) -> tuple[Option, ...]:
        if column.choices:
            return tuple(Option(str(one), plain(str(one))) for one in column.choices)
        referred = REFERENCES.get((table, column.name))
        if referred:
            return tuple(Option(fact.id, see(fact).text) for fact in self.chart.table(referred))
        if column.name in ("kind", "code", "side"):
            labels = _labels(self.content, table)
            named = compared(self.nodes, table, column.name)
            return tuple(Option(code, labels.get(code, plain(code))) for code in named if code in labels or not labels)
        return ()


_KINDS: dict[str, Kind] = {
    "text": "string",
    "texts": "string",
    "number": "decimal",
    "whole": "integer",
    "truth": "boolean",
    "day": "date",
    "moment": "date",
}


# --- questions


def _statement(content: Content, kind: str) -> list[Question]:
    label = content.statements[kind].label
    return [
        Question(link=f"statement/{kind}", text=label, kind="boolean", code=Option(kind, label)),
        Question(link=f"statement/{kind}/text", text="In words, where there is more to say", kind="text"),
    ]


def _finding(content: Content, code: str) -> Question:
    entry = content.findings[code]
    return Question(
        link=f"finding/{code}", text=entry.ask or entry.label, kind="boolean", code=Option(code, entry.label)
    )


def _measure(content: Content, instrument: str) -> Question:
    entry = content.instruments[instrument]
    code = Option(entry.loinc[0], entry.label, LOINC) if entry.loinc else Option(instrument, entry.label)
    return Question(link=f"measure/{instrument}", text=entry.label, kind="decimal", code=code, unit=entry.unit)


def request_question(name: str, nodes: Iterable[model.Node] = ()) -> Question:
    """A question about the procedure that is planned. Words that the policy names are hints, others may be given."""
    fixed = _REQUEST_CHOICES.get(name, ())
    hinted = fixed or tuple(compared(nodes, None, name)) if name not in ("levels", "on", "contrast") else ()
    free: Kind = {"contrast": "boolean", "on": "date"}.get(name, "string")  # type: ignore[assignment]
    return Question(
        link=f"request/{name}",
        text=_REQUEST_TEXTS.get(name) or f"Planned: {plain(name)}",
        kind="choice" if fixed else "open-choice" if hinted else free,
        options=tuple(Option(one, plain(one)) for one in hinted),
        repeats=name == "levels",
    )


_REQUEST_TEXTS = {"on": "Planned day", "steroid": "Planned: what is injected besides anaesthetic ('none' for nothing)"}


def _literals(hint: Any) -> tuple[str, ...]:
    return tuple(value for part in get_args(hint) for value in get_args(part) if isinstance(value, str))


_REQUEST_CHOICES: dict[str, tuple[str, ...]] = {
    field.name: found for field in msgspec.structs.fields(Request) if (found := _literals(field.type))
} | {
    "side": ("left", "right", "both", "midline"),
    "site_of_service": columns("coverage")["site_of_service"].choices,
}


def _labels(content: Content, table: str) -> dict[str, str]:
    """What the codes of a table are called."""
    listed: dict[str, Mapping[str, Any]] = {
        "treatment": content.treatments,
        "procedure": content.procedures,
        "finding": content.findings,
        "statement": content.statements,
    }
    return {code: entry.label for code, entry in listed.get(table, {}).items()}
