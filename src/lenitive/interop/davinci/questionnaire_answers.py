"""Answers that came back, as facts of the chart and as what is now decided about the request.

What an answer becomes is said by the link of its question. A browser's answer is a claim: each is checked against its
question and its fact table before anything is kept, and one that does not fit refuses the whole response.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from lenitive.chart import TABLES, Chart, Fact, Request
from lenitive.chart.attestation import Attestation
from lenitive.chart.finding import Finding
from lenitive.chart.measure import Measure
from lenitive.chart.schema import columns
from lenitive.chart.statement import Statement
from lenitive.errors import BadInputError
from lenitive.interop.davinci.questionnaire import canonical
from lenitive.interop.davinci.questionnaire_response import AUTOMATIC, BY_A_PERSON, ORIGIN, origin_of, value_of
from lenitive.interop.davinci.questionnaire_shape import refuse_unshapely
from lenitive.interop.scales import off_scale

Json = dict[str, Any]

_VALUE_OF = {
    "boolean": ("valueBoolean",),
    "integer": ("valueInteger",),
    "decimal": ("valueDecimal", "valueInteger"),
    "date": ("valueDate",),
    "choice": ("valueCoding",),
    "open-choice": ("valueCoding", "valueString"),
    "string": ("valueString",),
    "text": ("valueString",),
}


Kind = TypeVar("Kind")


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a response brought: facts for the ledger, and the request as it is now."""

    facts: tuple[Fact, ...]
    request: Request


def answers_as_facts(form: Json, response: Json, chart: Chart, request: Request, at: datetime) -> Answered:
    """The facts that a completed response stands for. Answers that were filled in and left alone bring none."""
    reading = _Reading(form, response, chart, at)
    told = tuple(reading.facts())
    return Answered(facts=told, request=reading.request(request))


class _Reading:
    """Reads one response against its form."""

    def __init__(self, form: Json, response: Json, chart: Chart, at: datetime) -> None:
        self.chart, self.at, self.form = chart, at, canonical(form)
        self.questions = dict(_questions(form))
        self._refuse_unfit(response)
        self.items = list(self._items(response))

    def _refuse_unfit(self, response: Json) -> None:
        refuse_unshapely(response)
        if response.get("resourceType") != "QuestionnaireResponse":
            raise BadInputError("response", "", "not a QuestionnaireResponse")
        if response.get("status") != "completed":
            raise BadInputError("response", "status", "not completed", "completed")
        if response.get("questionnaire") != self.form:
            raise BadInputError("response", "questionnaire", "answers to another form, or to another version of it")

    def _items(self, holder: Json) -> Iterator[tuple[str, list[Any], list[Json]]]:
        """Each answered item: its link, the values that a person gave, and for a group its items."""
        for item in holder.get("item") or ():
            link = str(item.get("linkId"))
            question = self.questions.get(link)
            if question is None:
                raise BadInputError("response", f"item {link!r}", "no such question in the form")
            if question["type"] == "group":
                yield link, [], list(item.get("item") or ())
                if not link.startswith("row/"):
                    yield from self._items(item)
            else:
                yield link, self._given(question, item), []

    def _given(self, question: Json, item: Json) -> list[Any]:
        link, answers = question["linkId"], list(item.get("answer") or ())
        if len(answers) > 1 and not question.get("repeats"):
            raise BadInputError("response", f"item {link!r}", "several answers", "one")
        return [self._value(question, answer) for answer in answers if self._is_a_persons(link, answer)]

    def _is_a_persons(self, link: str, answer: Json) -> bool:
        said = origin_of(answer)
        if said not in (*AUTOMATIC, *BY_A_PERSON):
            raise BadInputError("response", f"item {link!r}", f"an answer without {ORIGIN}")
        return said in BY_A_PERSON

    def _value(self, question: Json, answer: Json) -> Any:
        name, value = value_of(answer)
        link, allowed = question["linkId"], _VALUE_OF[question["type"]]
        if name not in allowed:
            raise BadInputError(
                "response", f"item {link!r}", f"an answer of another type ({name})", " or ".join(allowed)
            )
        if name != "valueCoding":
            return value
        code = value.get("code") if isinstance(value, dict) else None
        options = {one["valueCoding"]["code"] for one in question.get("answerOption", ())}
        if code not in options:
            raise BadInputError("response", f"item {link!r}", "an answer that is no option of the question")
        return code

    # --- what the answers become

    def facts(self) -> Iterator[Fact]:
        """A fact for each answer that is about the patient."""
        yield from self._corrections()
        for number, (link, values, items) in enumerate(self.items):
            what, _, rest = link.partition("/")
            if what == "statement":
                yield from self._statement(rest, values, number)
            elif what == "row":
                yield self._row(rest, items, number)
            elif what in _SAID:
                yield from (self._fact(what, _SAID[what](rest, value), number) for value in values)

    def request(self, before: Request) -> Request:
        """The request with what was answered about it."""
        told: dict[str, Any] = {}
        for link, values, _ in self.items:
            if link.startswith("request/") and values:
                name = link.partition("/")[2]
                told[name] = values if name == "levels" else values[0]
        known = msgspec.to_builtins(before)
        return self._converted({**known, **told}, Request, "request")

    def _statement(self, rest: str, values: list[Any], number: int) -> Iterator[Fact]:
        """Yes or no and the words beside it are one statement; words alone are one too."""
        kind, _, in_words = rest.partition("/")
        if in_words:
            if values and not self._given_at(f"statement/{kind}"):
                yield self._fact("statement", {"kind": kind, "text": values[0]}, number)
        elif values:
            text = self._given_at(f"statement/{kind}/text")
            said = {"kind": kind, "says": values[0], **({"text": text[0]} if text else {})}
            yield self._fact("statement", said, number)

    def _given_at(self, link: str) -> list[Any]:
        return next((values for other, values, _ in self.items if other == link), [])

    def _row(self, table: str, items: list[Json], number: int) -> Fact:
        values: dict[str, Any] = {}
        known = columns(table)
        for link, given, _ in self._items({"item": items}):
            column = link.rpartition("/")[2]
            if given:
                values[column] = given if known[column].kind == "texts" else given[0]
        return self._fact(table, values, number)

    def _corrections(self) -> Iterator[Fact]:
        """One corrected fact for all answers about the same one."""
        told: dict[tuple[str, str], dict[str, list[Any]]] = {}
        for link, values, _ in self.items:
            what, _, rest = link.partition("/")
            if what == "fact" and values:
                table, column, fact_id = rest.split("/", 2)
                of_fact = told.setdefault((table, fact_id), {})
                if of_fact.setdefault(column, values) != values:
                    raise BadInputError("response", f"item {link!r}", "two answers that differ", "one")
        for (table, fact_id), answers in told.items():
            yield self._corrected(table, fact_id, answers)

    def _corrected(self, table: str, fact_id: str, answers: Mapping[str, list[Any]]) -> Fact:
        before = next((one for one in self.chart.table(table) if one.id == fact_id), None)
        if before is None:
            place = f"item 'fact/{table}/{next(iter(answers))}/{fact_id}'"
            raise BadInputError("response", place, "the fact that it completes is not in the chart")
        kept = msgspec.to_builtins(before)
        for column, values in answers.items():
            kept[column] = values if columns(table)[column].kind == "texts" else values[0]
        if "true_on" in answers:
            kept.pop("true_by", None)
        return self._fact(table, {**kept, "supersedes": fact_id}, 0)

    def _fact(self, table: str, values: Mapping[str, Any], number: int) -> Fact:
        day = {} if _has_days_of_its_own(table) else {"true_on": self.at.date()}
        body = msgspec.json.encode(values, order="sorted")
        name = hashlib.sha256(b"|".join((self.form.encode(), self.at.isoformat().encode(), str(number).encode(), body)))
        head = {"id": f"dtr-{name.hexdigest()[:24]}", "patient": self.chart.patient_id, "recorded_at": self.at}
        fact = self._converted({**day, **values, **head, "source": self.form}, TABLES[table], table)
        for one in off_scale(fact):
            raise BadInputError("response", f"{table}, {one.column}", one.problem, one.allowed)
        return fact

    def _converted(self, values: Mapping[str, Any], kind: type[Kind], what: str) -> Kind:
        try:
            return msgspec.convert(values, kind)
        except (msgspec.ValidationError, ValueError) as error:
            raise BadInputError("response", what, str(error)) from None


def _has_days_of_its_own(table: str) -> bool:
    """True for what lasts or happened on some day: where that day is not answered it is not known."""
    return TABLES[table] not in (Statement, Finding, Measure, Attestation)


_SAID: Mapping[str, Callable[[str, Any], dict[str, Any]]] = {
    "finding": lambda code, present: {"code": code, "present": present},
    "measure": lambda instrument, score: {"instrument": instrument, "score": score},
    "attestation": lambda topic, complete: {"topic": topic, "complete": complete},
}


def _questions(form: Json) -> Iterator[tuple[str, Json]]:
    for item in form.get("item") or ():
        yield item["linkId"], item
        yield from _questions(item)
