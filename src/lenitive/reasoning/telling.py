"""How an assessment is told to a reader: what is asked instead of named, what calls for care, what is told once.

The terminal and the screen share these, so that both put the same question and neither repeats what it has said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lenitive.reasoning.citing import in_a_sentence
from lenitive.reasoning.safety import ALSO_PRINTED

if TYPE_CHECKING:
    from lenitive.reasoning.assessment import Alert, CriterionResult, Option

AS_ABOVE = "As above."

NOT_DOCUMENTED = "Not documented: "
"""How a reason begins that only waits for answers."""


@dataclass(frozen=True)
class FirstQuestion:
    """What a reason that only waits for answers puts first, what it says before, and how many questions more."""

    before: str
    question: str
    more: int


def first_question(why: str, opens_with: Sequence[str]) -> FirstQuestion | None:
    """The question in place of the name of what is not documented, which alone reads as a finding; none where the
    reason is another."""
    before, waits, _ = why.partition(NOT_DOCUMENTED)
    return FirstQuestion(before, opens_with[0], len(opens_with) - 1) if waits and opens_with else None


def own_reason(option: Option, reason: str) -> str:
    """The reason without what came of it earlier, which is this patient's and this option's alone."""
    return reason.removeprefix(option.earlier.says if option.earlier else "").lstrip()


def waits_for_an_answer(option: Option) -> bool:
    """Nothing is wrong with it as far as is known: something was not asked."""
    is_open = option.verdict == "undocumented" and bool(option.opens_with)
    return is_open and own_reason(option, option.why).startswith(NOT_DOCUMENTED)


def cautions_of(option: Option) -> list[str]:
    """What calls for care, and what speaks against it as far as is recalled; not what the verdict itself is about, nor
    what the alert on a drug that is held for it tells already. What this patient brings stands before what goes with
    the procedure in anybody."""
    against = [] if option.verdict == "undocumented" else _warned_besides(option)
    asked = (*option.gates.found_against, *option.candidacy.found_against)
    advised = [one for one in asked if one.severity == "advice"]
    told = {fact.id for alert in option.alerts for fact in alert.facts}
    found = [one for one in option.cautions.found_against if not one.facts or {fact.id for fact in one.facts} - told]
    ordered = sorted(found, key=lambda one: (one.severity == "advice", not one.facts))
    return list(
        dict.fromkeys(
            [
                *(f"{one.label} (speaks against it; recalled)" for one in against),
                *(one.label if one.wanted == "not met" else f"not so: {in_a_sentence(one.label)}" for one in advised),
                *(one.label for one in ordered),
            ]
        )
    )


def _warned_besides(option: Option) -> list[CriterionResult]:
    """What speaks against it as far as is recalled, unless the contraindication that refuses it rests on the same."""
    refused = option.contraindications.results(option.contraindications.violated)
    seen = {fact.id for one in refused for fact in one.facts}
    return [one for one in option.contraindications.warned if not seen or {fact.id for fact in one.facts} - seen]


def drugs_held(option: Option) -> list[str]:
    """The drugs that one procedure asks to hold."""
    return list(dict.fromkeys(alert.facts[0].text.partition(",")[0] for alert in option.alerts))


@dataclass(frozen=True)
class Hold:
    """A drug and a bleeding class: the alert with the earliest day, and the procedures it is about, its own first."""

    alert: Alert
    labels: dict[str, str]

    @property
    def procedures(self) -> list[str]:
        """What the procedures are called."""
        return list(self.labels.values())


def that_may_be(options: Sequence[Option], asked_for: frozenset[str]) -> list[Option]:
    """The options of which alerts are told: no day to stop a drug for what is ruled out and nobody asked for. That a
    drug must not be stopped is told all the same."""
    return [
        one
        for one in options
        if one.procedure in asked_for
        or one.verdict != "not a candidate"
        or any(alert.severity == "stop" for alert in one.alerts)
    ]


def holds_of(options: Sequence[Option]) -> list[Hold]:
    """The alerts of the procedures, each drug and bleeding class once."""
    alerts: dict[tuple[str, str], list[Alert]] = {}
    about: dict[tuple[str, str], dict[str, str]] = {}
    for option in options:
        for alert in option.alerts:
            key = alert.facts[0].id, alert.title
            alerts.setdefault(key, []).append(alert)
            about.setdefault(key, {})[option.procedure] = option.label
    return [_hold(found, about[key]) for key, found in alerts.items()]


def _hold(alerts: Sequence[Alert], labels: dict[str, str]) -> Hold:
    earliest = min(alerts, key=lambda alert: alert.hold_from or date.max)
    kinds = sorted(labels, key=lambda kind: kind != earliest.procedure)
    return Hold(earliest, {kind: labels[kind] for kind in kinds})


def by_drug(holds: Sequence[Hold], asked_for: frozenset[str]) -> list[list[Hold]]:
    """The bleeding classes of each drug together, that of a procedure that was asked for first."""
    drugs: dict[str, list[Hold]] = {}
    for hold in holds:
        drugs.setdefault(hold.alert.facts[0].id, []).append(hold)
    return [sorted(classes, key=lambda hold: asked_for.isdisjoint(hold.labels)) for classes in drugs.values()]


def alike_alerts(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """Alerts that say the very same of several things, together."""
    found: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        found.setdefault((alert.severity, alert.action), []).append(alert)
    return list(found.values())


def by_message(drugs: Sequence[Sequence[Hold]]) -> list[list[Sequence[Hold]]]:
    """Drugs of which the very same is said, together."""
    found: dict[tuple[str, str], list[Sequence[Hold]]] = {}
    for classes in drugs:
        found.setdefault((classes[0].alert.severity, classes[0].alert.action), []).append(classes)
    return list(found.values())


def bleeding_class(alert: Alert) -> str:
    """The class of bleeding risk that an alert on a drug names at the end of its title."""
    return alert.title.rpartition(": ")[2]


_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z0-9])")


def also_printed_apart(text: str) -> tuple[str, str]:
    """What to do, and apart from it the shorter intervals that other sources print."""
    sentences = _SENTENCE.split(text)
    aside = [one for one in sentences if one.startswith(ALSO_PRINTED)]
    return " ".join(one for one in sentences if one not in aside), " ".join(aside)


def fresh_sentences(text: str, told: set[str]) -> str:
    """The sentences of what to do that were not ``told`` before; where some were, it says so. Shorter intervals that
    other sources print stand with --all."""
    sentences = [one for one in _SENTENCE.split(text) if not one.startswith(ALSO_PRINTED)]
    fresh = [one for one in sentences if one not in told]
    told.update(sentences)
    return " ".join(fresh if len(fresh) == len(sentences) else [AS_ABOVE, *fresh])
