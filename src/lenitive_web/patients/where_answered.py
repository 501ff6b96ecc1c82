"""Where a question of an assessment is answered: the row of the examination, the list of the story, the form.

A question says which tables of the chart wait for its answer. Its criterion says which findings and statements those
are, so that the page that opens holds the very row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lenitive.interop.davinci.questionnaire_nodes import compared
from lenitive.medicine.content import content
from lenitive.medicine.criteria import all_criteria
from lenitive.reasoning.book import book
from lenitive.rules import model

RECORDABLE = ("examination", "history", "imaging", "electrodiagnostic")
"""Kinds of finding that somebody looks for and writes down."""
FOR = "for"
"""The part of an address that names the findings which somebody comes for."""

IN_THE_STORY: dict[str, str | Promise] = {
    "complaint": _("What hurts"),
    "treatment": _("What was tried"),
    "procedure": _("Procedures and operations elsewhere"),
    "medication": _("Medicines"),
    "allergy": _("Allergies"),
    "condition": _("Other conditions"),
    "device": _("Implants"),
    "coverage": _("Insurance"),
    "patient": _("Birth, sex, pregnancy"),
}
"""Tables that are written down one fact at a time, and what their form is called."""
ELSEWHERE: dict[str, tuple[str, str | Promise]] = {
    "measure": ("scores", _("Scores")),
    "attestation": ("asked", _("Say that it was asked completely")),
    "relief": ("outcome", _("Relief and follow-up")),
    "goal": ("plan", _("Goals")),
}
"""Other tables: the route of their form, and its name."""
PERMISSION = {"request": "request.make"}
"""What it takes to write in a table; for all others it is ``chart.record``."""


@dataclass(frozen=True)
class Place:
    """A page on which an answer is written down, and what it is called."""

    label: str | Promise
    address: str


@dataclass(frozen=True)
class WhereAnswered:
    """The places of one patient at which somebody may write. ``procedure`` is what the question is about, if known."""

    patient_id: UUID
    day: date
    may: Callable[[str], bool]
    procedure: str = ""

    def places(self, question: str, recorded_in: Sequence[str] = ()) -> list[Place]:
        """Where a question is answered, the likeliest place first; nothing for who may not write the answer down."""
        named = [name.partition(":")[0] for name in recorded_in] or tables_read(question, self.day)
        held = [table for table in dict.fromkeys(named) if self.may(PERMISSION.get(table, "chart.record"))]
        found = [place for table in held for place in self._of(table, question)]
        return list({place.address: place for place in found}.values())

    def _of(self, table: str, question: str) -> Iterator[Place]:
        if table == "finding":
            yield Place(_("Examination"), self._examination(findings_read(question, self.day, self.procedure)))
        elif table == "statement":
            yield self._statement(question)
        elif table == "request" and self.procedure:
            yield Place(_("The request"), f"{self._page('authorization')}?change={self.procedure}#ask-for")
        elif table in IN_THE_STORY:
            address = reverse("story_add", args=[self.patient_id, table])
            yield Place(IN_THE_STORY[table], address)
        elif table in ELSEWHERE:
            route, label = ELSEWHERE[table]
            yield Place(label, self._page(route))

    def _examination(self, codes: Sequence[str]) -> str:
        address = self._page("examination")
        return f"{address}?{urlencode([(FOR, code) for code in codes])}#look-for" if codes else address

    def _statement(self, question: str) -> Place:
        """A yes or no is answered beside the other questions of the option, else in the story."""
        kinds = statements_read(question, self.day)
        if not kinds or "working_diagnosis" in kinds:
            return Place(_("Diagnosis"), self._page("diagnosis"))
        if self.procedure:
            address = reverse("option", args=[self.patient_id, self.procedure])
            return Place(_("Yes or no"), f"{address}#ask-{self.procedure}")
        return Place(_("Yes or no"), f"{reverse('story_add', args=[self.patient_id, 'statement'])}?kind={kinds[0]}")

    def _page(self, route: str) -> str:
        address: str = reverse(route, args=[self.patient_id])
        return address


# --- what a question reads -------------------------------------------------------------------------------------------


@cache
def _criteria_asking() -> dict[str, tuple[str, ...]]:
    """Question -> the criteria that ask it."""
    asking: dict[str, tuple[str, ...]] = {}
    for name, criterion in all_criteria().items():
        asking[criterion.ask] = (*asking.get(criterion.ask, ()), name)
    return asking


@cache
def _finding_asking() -> dict[str, str]:
    """Question -> the finding that asks it."""
    return {finding.ask: code for code, finding in content().findings.items()}


@lru_cache(maxsize=2_000)
def tables_read(question: str, day: date) -> tuple[str, ...]:
    """The tables that a question is about, in the order in which its criteria name them."""
    if question in _finding_asking():
        return ("finding",)
    nodes = (node for name in _criteria_asking().get(question, ()) for node in _below(_bound(name, day)))
    return tuple(dict.fromkeys(node.table for node in nodes if isinstance(node, model.Rows)))


def findings_read(question: str, day: date, procedure: str = "") -> tuple[str, ...]:
    """The findings that somebody records to answer a question; of a request only those of its own region."""
    asked = _finding_asking().get(question)
    codes = [asked] if asked else []
    codes += [code for name in _criteria_asking().get(question, ()) for code in findings_of(name, day, procedure)]
    return tuple(dict.fromkeys(part for code in codes for part in recorded_parts(code)))


def statements_read(question: str, day: date) -> tuple[str, ...]:
    """The kinds of statement that a question is about."""
    return tuple(
        kind for name in _criteria_asking().get(question, ()) for kind in words_read(name, "statement", "kind", day)
    )


def findings_of(criterion: str, day: date, procedure: str = "") -> tuple[str, ...]:
    """The findings that a criterion compares with; nothing of other regions, if the request's procedure is known."""
    return words_read(criterion, "finding", "code", day, procedure)


@lru_cache(maxsize=4_000)
def words_read(criterion: str, table: str, column: str, day: date, procedure: str = "") -> tuple[str, ...]:
    """The words of a column that a criterion compares, lists of the knowledge base included."""
    return tuple(compared(_below(_bound(criterion, day), procedure), table, column))


def _bound(criterion: str, day: date) -> model.Node:
    """What a criterion asks; with the numbers of the knowledge base where it holds all of them."""
    known = all_criteria().get(criterion)
    if known is None:
        return model.Constant(None)
    needed = model.parameters_of(known.met_when)
    if needed - book().content.parameters.keys():
        return known.met_when
    return book().standing(criterion, day).met_when


def _below(node: model.Node, procedure: str = "") -> Iterator[model.Node]:
    """A node and everything in it, except what is only asked of other procedures."""
    if procedure and isinstance(node, model.And) and any(_is_of_another(part, procedure) for part in node.parts):
        return
    yield node
    for child in model.children(node):
        yield from _below(child, procedure)


def _is_of_another(node: model.Node, procedure: str) -> bool:
    if not isinstance(node, model.IsIn) or not isinstance(node.options, model.Constant):
        return False
    options = node.options.value
    return node.value == model.RequestField("kind") and isinstance(options, tuple) and procedure not in options


# --- what is recorded ------------------------------------------------------------------------------------------------


def recorded_parts(code: str) -> Iterator[str]:
    """The findings that one records: of a counted one its parts. What age and sex say is not recorded."""
    finding = content().findings.get(code)
    if finding is None:
        return
    if finding.composite:
        for part in (*finding.composite.of, *finding.composite.without):
            yield from recorded_parts(part)
    elif is_recorded(code):
        yield code


def is_recorded(code: str) -> bool:
    """Whether somebody looks for it. A counted one follows from its parts; what age and sex say is known."""
    finding = content().findings[code]
    derived = finding.composite is not None or finding.from_age is not None or finding.from_sex is not None
    return finding.kind in RECORDABLE and not derived


def recordable(codes: Iterable[str]) -> list[str]:
    """Those of some codes that name a finding which somebody looks for."""
    return list(dict.fromkeys(code for code in codes if code in content().findings and is_recorded(code)))
