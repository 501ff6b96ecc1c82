"""What follows for an order or a patient, as cards: short, with the reason, with where to read on.

*Critical* is kept for clinical danger; money is never more than a warning. A card about a procedure says nothing if
there is nothing to say: a good order gets no card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from lenitive.codes import LENITIVE
from lenitive.interop.cds_hooks.configuration import Configuration
from lenitive.interop.cds_hooks.messages import Action, Card, Coding, Link, Source, Suggestion
from lenitive.reasoning.assessment import (
    Alert,
    Assessment,
    Citation,
    CriterionResult,
    Determination,
    Differential,
    Option,
)
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.proportions import in_percent, range_in_percent

LONGEST_SUMMARY = 139
"""CDS Hooks wants summaries shorter than 140 characters."""
MOST_LINES = 8
MOST_LINKS = 4

Topic = Literal["contraindication", "guideline", "off-guideline", "clinical-reminder"]
Indicator = Literal["info", "warning", "critical"]

_TOPICS: dict[Topic, str] = {
    "contraindication": "Contraindication",
    "guideline": "Guideline",
    "off-guideline": "Off Guideline",
    "clinical-reminder": "Clinical Reminder",
}
_OPTION_OF: dict[Topic, str] = {"off-guideline": "guideline"}
_CARD_TYPE = "http://terminology.hl7.org/CodeSystem/cdshooks-card-type"
_CARD_TYPE_2_0 = "http://hl7.org/fhir/us/davinci-crd/CodeSystem/temp"
_URGENCY = {"critical": 0, "warning": 1, "info": 2}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")
_OURS = "Lenitive"

OVERRIDES = {
    "documented-elsewhere": "It is documented in a record that was not sent",
    "not-so": "What the card says is not so for this patient",
    "exception": "There is a reason for an exception, and it is in the note",
    "settled-before": "It will be settled before the procedure",
}
"""Why a person may go on against a card: code and words."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Data that nobody could look at: kinds that did not come, and how many records of a kind could not be read."""

    missing: tuple[str, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.unread)

    @property
    def summary(self) -> str:
        """All of it in one phrase."""
        return _listed([*self.missing, *self._records()])

    def lines(self) -> Iterator[str]:
        """What it is, and what follows from that."""
        if self.missing:
            yield f"These were neither sent nor could they be fetched: {_listed(self.missing)}."
        if self.unread:
            yield f"Could not be read: {_listed(self._records())}."
        yield "What depends on them is not answered; no card is no all-clear."

    def _records(self) -> list[str]:
        return [f"{number} record{'' if number == 1 else 's'} of {kind}" for kind, number in self.unread]


def general_cards(alerts: Sequence[Alert], unseen: Unseen, writer: CardWriter) -> list[Card]:
    """What holds whatever is ordered: alerts about the patient, and data that nobody could look at (``unseen``)."""
    cards = [_alert_card(alert, writer) for alert in alerts]
    if unseen:
        cards.append(writer.card("clinical-reminder", "info", f"Checked without {unseen.summary}", unseen.lines()))
    return [writer.about(card, None) for card in cards]


def order_cards(options: Sequence[Option], reference: str, writer: CardWriter, *, with_coverage: bool) -> list[Card]:
    """The cards for one order, which may mean any of ``options``, the one that may be done first at their head."""
    found = [
        *_danger(options, reference, writer),
        *_diagnosis_first(options, writer),
        *(_documentation(options[0], writer) if with_coverage else ()),
    ]
    return [writer.about(card, reference) for card in found]


def patient_cards(assessment: Assessment, unseen: Unseen, writer: CardWriter) -> list[Card]:
    """The cards for a patient whose record was opened."""
    cards = [_alert_card(alert, writer) for alert in assessment.alerts]
    cards += [card for answer in assessment.differential for card in _likeliest(answer, unseen, writer)]
    return [writer.about(card, None) for card in cards]


class CardWriter:
    """Writes the cards of one call."""

    def __init__(self, call: UUID, book: Book, configuration: Configuration, page: str | None = None) -> None:
        """``page`` is the address at which people read what this service is."""
        self.call = call
        self.book = book
        self.configuration = configuration
        self.page = page

    def card(
        self,
        topic: Topic,
        indicator: Indicator,
        summary: str,
        detail: Iterable[str],
        citations: Iterable[Citation] = (),
        **more: Any,
    ) -> Card:
        """A card with its links to the evidence."""
        return Card(
            uuid="",
            summary=shortened(summary),
            indicator=indicator,
            source=self._source(topic),
            detail="\n".join(detail) or None,
            overrideReasons=self._overrides() if indicator != "info" else None,
            links=self._links(citations) or None,
            **more,
        )

    def about(self, card: Card, reference: str | None) -> Card:
        """The card with its number and the order that it is about."""
        topic = card.source.topic.code if card.source.topic else ""
        name = f"{reference or 'patient'}|{topic}|{card.summary}"
        extension = {"davinci-crd.associated-resource": [{"reference": reference}]} if reference else None
        return msgspec.structs.replace(card, uuid=str(uuid5(self.call, name)), extension=extension)

    def removal(self, reference: str) -> Suggestion:
        """To take the order back."""
        action = Action(type="delete", description="Remove the order from the draft", resourceId=reference)
        name = str(uuid5(self.call, f"remove|{reference}"))
        return Suggestion(label="Remove this order", uuid=name, actions=[action])

    def kept(self, cards: Iterable[Card]) -> list[Card]:
        """The cards that the caller wants, most urgent first, each said once, so many as it wants."""
        wanted = [card for card in cards if self._wants(card)]
        ordered = sorted(wanted, key=lambda card: _URGENCY[card.indicator])
        return ordered[: self.configuration.max_cards]

    def _wants(self, card: Card) -> bool:
        topic: Any = card.source.topic.code if card.source.topic else ""
        return self.configuration.wants(_OPTION_OF.get(topic, topic))

    def _source(self, topic: Topic) -> Source:
        system = _CARD_TYPE_2_0 if self.configuration.version == "2.0" else _CARD_TYPE
        coding = Coding(code=topic, system=system, display=_TOPICS[topic])
        return Source(label=_OURS, url=self.page, topic=coding)

    def _overrides(self) -> list[Coding]:
        return [Coding(code=code, system=LENITIVE, display=words) for code, words in OVERRIDES.items()]

    def _links(self, citations: Iterable[Citation]) -> list[Link]:
        """Where the evidence stands, for sources that have an address."""
        sources = self.book.content.sources
        named = dict.fromkeys(citation.source for citation in citations)
        known = [sources[name] for name in named if name in sources and sources[name].url]
        return [
            Link(label=shortened(source.citation, 100), url=str(source.url), type="absolute")
            for source in known[:MOST_LINKS]
        ]


def shortened(text: str, longest: int = LONGEST_SUMMARY) -> str:
    """The text, cut at a word if it is too long."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1].rsplit(' ', 1)[0]}…"


def plain(text: str) -> str:
    """A text that came from a record, so that none of it is read as Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


# --- danger


def _danger(options: Sequence[Option], reference: str, writer: CardWriter) -> Iterator[Card]:
    """What speaks against any of the procedures that the order may mean, and drugs held before any of them."""
    forbidden = [(option, found) for option in options if (found := _violated(option.contraindications))]
    for option, found in forbidden:
        yield _contraindicated(option, found, reference, writer, in_any_case=len(forbidden) == len(options))
    told = [(option, option.contraindications.warned) for option in options]
    warned = {tuple(one.label for one in found): (option, found) for option, found in told if found}
    for option, found in warned.values():
        summary = f"{option.label}: {found[0].label}"
        lines = [*_lines(found), "That this speaks against it is recalled, not read: check it before going on."]
        yield writer.card("contraindication", "warning", summary, lines, [c for one in found for c in one.citations])
    alerts = {alert.title: (option, alert) for option in options for alert in option.alerts}
    for option, alert in alerts.values():
        summary = f"{alert.title} ({option.label})"
        yield writer.card("contraindication", "warning", summary, _alert_lines(alert), alert.citations)


def _violated(determination: Determination) -> list[CriterionResult]:
    return determination.results(determination.violated)


def _contraindicated(
    option: Option, found: Sequence[CriterionResult], reference: str, writer: CardWriter, *, in_any_case: bool
) -> Card:
    """A contraindication; if the order may mean something else too, a warning without the offer to take it back."""
    citations = [citation for one in found for citation in one.citations]
    if not in_any_case:
        summary = f"If {option.label} is meant, contraindicated: {found[0].label}"
        return writer.card("contraindication", "warning", summary, _lines(found), citations)
    return writer.card(
        "contraindication",
        "critical",
        f"Contraindicated: {found[0].label} ({option.label})",
        _lines(found),
        citations,
        suggestions=[writer.removal(reference)],
        selectionBehavior="at-most-one",
    )


def _alert_card(alert: Alert, writer: CardWriter) -> Card:
    """An alert that holds whatever is ordered. Only what stops a procedure, or is an emergency, is critical."""
    indicators: dict[str, Indicator] = {"emergency": "critical", "stop": "critical", "warning": "warning"}
    indicator = indicators.get(alert.severity, "info")
    return writer.card("contraindication", indicator, alert.title, _alert_lines(alert), alert.citations)


def _alert_lines(alert: Alert) -> Iterator[str]:
    yield alert.action
    for seen in alert.facts[:MOST_LINES]:
        yield f"- recorded: {plain(seen.text)} ({seen.on or 'day not recorded'})"


# --- diagnosis first


def _diagnosis_first(options: Sequence[Option], writer: CardWriter) -> Iterator[Card]:
    """The step that comes before the procedure, if none of the procedures that are meant may be done now."""
    if any(option.verdict == "candidate" for option in options):
        return
    best = options[0]
    if best.contraindications.violated:
        return
    against = best.verdict == "not a candidate" or bool(best.gates.violated) or best.target.status == "not met"
    decided = best.gates.results(best.gates.violated) + best.candidacy.results(best.candidacy.violated)
    open_rows = best.gates.results(best.gates.open)
    lines = [best.why, *(f"- settle first: {step}" for step in best.opens_with[:MOST_LINES]), *_lines(decided)]
    cited = [best.target.citation, *(citation for one in [*decided, *open_rows] for citation in one.citations)]
    yield writer.card(
        "off-guideline" if against else "guideline",
        "warning" if against else "info",
        f"{best.label}: {best.verdict}. {best.why}",
        lines,
        cited,
    )


# --- documentation


def _documentation(option: Option, writer: CardWriter) -> Iterator[Card]:
    """What the payer's policy asks, where the answer cannot stand on the order itself."""
    chosen, determination = option.coverage.chosen, option.coverage.determination
    if determination is None or determination.status == "met":
        return
    name = chosen.policy_id or chosen.label
    violated, unknown = determination.results(determination.violated), determination.results(determination.open)
    summary = (
        f"{name}: not as wanted: {violated[0].label}"
        if violated
        else f"{name}: {len(unknown)} {'criterion is' if len(unknown) == 1 else 'criteria are'} not documented"
    )
    asked = dict.fromkeys(ask.question for one in unknown for ask in one.missing)
    lines = [chosen.reason, *_lines(violated), *(f"- to document: {question}" for question in list(asked)[:MOST_LINES])]
    lines.append("Read from the published policy. The payer decides.")
    cited = [*([chosen.citation] if chosen.citation else ()), *(c for one in violated for c in one.citations)]
    yield writer.card("clinical-reminder", "warning" if violated else "info", summary, lines, cited)


# --- a patient


def _likeliest(answer: Differential, unseen: Unseen, writer: CardWriter) -> Iterator[Card]:
    if not answer.estimates:
        return
    first = max(answer.estimates, key=lambda one: one.probability)
    share = in_percent(first.probability)
    lines = [f"{first.label}: {share} (95 % interval {range_in_percent(first.low, first.high)})."]
    lines += [f"- would tell most: {test.label}" for test in answer.next_tests[:2]]
    if answer.settled_on:
        lines.append("No further test is needed: whatever an open one shows, it stays likely enough to treat.")
        if answer.unsure_from is not None:
            lines.append(f"It is likely, not certain: its interval begins at {in_percent(answer.unsure_from)}.")
    if unseen:
        lines.append(f"Not looked at: {unseen.summary}.")
    cited = [answer.prior, *(contribution.citation for contribution in first.contributions)]
    summary = f"{answer.label}: most likely {in_a_sentence(first.label)}, {share}"
    yield writer.card("guideline", "info", summary, lines, cited)


def _lines(results: Sequence[CriterionResult]) -> list[str]:
    lines: list[str] = []
    for one in results[:MOST_LINES]:
        lines.append(f"- {one.label}: {one.status}")
        lines.extend(f"  - recorded: {plain(seen.text)} ({seen.on or 'day not recorded'})" for seen in one.facts[:3])
    return lines


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
