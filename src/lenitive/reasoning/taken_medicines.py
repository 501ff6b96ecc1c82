"""Pain medicines that are taken although something speaks against them, and a pregnancy: what it concerns.

What speaks against a class of medicines stands in ``procedures/medicines.toml``; here the rows that this chart is known
to break become one alert for each class that is taken. Opioids have alerts of their own. Nothing here tells anybody to
stop a drug.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lenitive.chart.chart import order_key
from lenitive.chart.measure import Measure
from lenitive.chart.medication import Medication
from lenitive.medicine.shapes import DrugEntry, KidneyLimit, ProcedureEntry, Requirement
from lenitive.reasoning.assessment import Alert, Citation
from lenitive.reasoning.book import Book, BoundRow
from lenitive.reasoning.citing import cite, cite_parameter, drugs_in_words, in_a_sentence, see
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.safety import drug_of, taken
from lenitive.rules.reference import Answer

TOLD_BY_THEMSELVES = ("opioid",)
"""Classes whose dangers have alerts of their own (:mod:`lenitive.reasoning.opioids`)."""
PREGNANCY = "pregnancy_possible"
"""The criterion that one alert answers for every medicine and every procedure."""
KNOWN_PREGNANCY = "pregnancy_known"
HARMS_THE_UNBORN = "drugs_that_harm_the_unborn"
WEAK_KIDNEYS = "kidneys_too_weak"
KIDNEY_FUNCTION = ("egfr", "creatinine_clearance")


def medicine_alerts(asking: Asking) -> list[Alert]:
    """One alert for each class of pain medicines that is taken and that something known speaks against."""
    of_class = _taken_by_class(asking)
    return [alert for name, medications in of_class.items() if (alert := _alert(asking, name, medications)) is not None]


def interaction_alerts(asking: Asking) -> list[Alert]:
    """One alert for each two drugs that are taken and that must not meet."""
    recorded = {one.ingredient for one in asking.engine.chart.rows(Medication)}
    met = [meeting for meeting in _MEETINGS if meeting.drug in recorded]
    return [alert for meeting in met if (alert := _alert_about(asking, meeting)) is not None]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A drug that another one weakens or raises: the criterion that finds both, and what to say."""

    criterion: str
    drug: str
    told: str
    """What happens to the drug, after its name."""
    action: str


_MEETINGS = (
    _Meeting(
        "tamoxifen_is_weakened",
        "tamoxifen",
        "which then protects less",
        "It keeps the liver from activating tamoxifen. Ask its prescriber and the oncologist for another one: "
        "venlafaxine and gabapentin hardly do. It is not stopped at once, and tamoxifen goes on.",
    ),
    _Meeting(
        "tizanidine_is_raised",
        "tizanidine",
        "whose level it raises many times",
        "The blood pressure and the pulse can fall, and the patient become very sleepy: the label forbids the two "
        "together. Ask both prescribers today which of them is changed, and how tizanidine is ended if it is the one.",
    ),
)


def _alert_about(asking: Asking, meeting: _Meeting) -> Alert | None:
    answer = asking.if_met(meeting.criterion)
    if answer is None:
        return None
    drugs = [one for one in answer.facts if isinstance(one, Medication)]
    others = [one for one in drugs if one.ingredient != meeting.drug]
    return Alert(
        severity="warning",
        title=f"Takes {drugs_in_words(others)} beside {meeting.drug}, {meeting.told}",
        action=meeting.action,
        facts=asking.all_seen(drugs),
        citations=[cite_parameter(used) for used in answer.citations],
    )


def pregnancy_alert(asking: Asking) -> Alert | None:
    """That the patient is pregnant, or may be: what waits, and which of the medicines taken it concerns."""
    answer = asking.engine.answer(asking.book.standing(PREGNANCY, asking.engine.day))
    if answer.status.value != "met":
        return None
    concerned = [
        one
        for name, medications in _taken_by_class(asking).items()
        if _names_pregnancy(asking.book.content.procedures[name])
        for one in medications
    ]
    harmful = _that_harm_the_unborn(asking)
    concerned = [one for one in concerned if one not in harmful]
    is_known = any(see(fact).table == "condition" for fact in answer.facts)
    action = [_WHAT_WAITS if is_known else f"Test first. Until it is excluded: {in_a_sentence(_WHAT_WAITS)}"]
    if concerned:
        else_ = " else" if harmful else ""
        action.insert(0, f"Talk over today, with the obstetrician, what{else_} is taken: {drugs_in_words(concerned)}.")
    if harmful:
        told = drugs_in_words(harmful)
        action.insert(0, f"Known to harm the unborn child: {told}. Its prescriber today; it is not stopped at once.")
    return Alert(
        severity="stop" if is_known else "ask",
        title="Pregnant" if is_known else "Pregnancy is possible",
        action=" ".join(action),
        facts=[*map(see, answer.facts), *map(see, harmful), *map(see, concerned)],
        citations=[
            *([cite(HARMS_THE_UNBORN, asking.book.value(HARMS_THE_UNBORN, asking.engine.day))] if harmful else []),
            *_on_pregnancy(asking.book),
            *map(cite_parameter, answer.citations),
        ],
    )


def _that_harm_the_unborn(asking: Asking) -> list[Medication]:
    """What is taken, or may be, that is known to harm an unborn child, whatever it is taken for."""
    answer = asking.if_met("drug_that_harms_the_unborn_taken")
    if answer is None:
        return []
    return [one for one in answer.facts if isinstance(one, Medication)]


_WHAT_WAITS = (
    "Elective work under X-rays, implants, discography and the destruction of nerves wait until after the pregnancy; "
    "no pain medicine is begun or changed without the obstetrician."
)


def _taken_by_class(asking: Asking) -> dict[str, list[Medication]]:
    """What is taken, or may be, by the class of pain medicines that it belongs to."""
    classes = _classes(asking.book)
    found: dict[str, list[Medication]] = {}
    for one in taken(asking.engine.chart, asking.engine.day):
        if one.status != "intended":
            for name in classes.get(one.ingredient or "", ()):
                found.setdefault(name, []).append(one)
    return found


@lru_cache(maxsize=8)
def _classes(book: Book) -> dict[str, list[str]]:
    """The classes of medicines that an ingredient belongs to."""
    found: dict[str, list[str]] = {}
    for name in sorted(book.medicines):
        for ingredient in book.content.procedures[name].ingredients:
            found.setdefault(ingredient, []).append(name)
    return found


# --- one class -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Against:
    """A row that speaks against what is taken, with the answer that shows it."""

    bound: BoundRow
    answer: Answer


def _alert(asking: Asking, name: str, medications: Sequence[Medication]) -> Alert | None:
    if name in TOLD_BY_THEMSELVES:
        return None
    entry = asking.book.content.procedures[name]
    against = _broken(asking, f"{name}.contraindications", entry.contraindications, medications)
    cautions = _broken(asking, f"{name}.cautions", entry.cautions, medications)
    too_much = [found for one in medications if (found := _above_limit(asking, one)) is not None]
    if not too_much and not against and len(cautions) < asking.book.number("cautions_that_alert", asking.engine.day):
        return None
    rows = _told_once([*against, *cautions], is_above_limit=bool(too_much))
    shown = [*medications, *(value for _, value, _ in too_much), *(fact for row in rows for fact in row.answer.facts)]
    return Alert(
        severity="warning",
        title=f"Takes {drugs_in_words(medications)}: {_TOO_MUCH if too_much else _WHETHER_TO_GO_ON}",
        action=" ".join([*(said for said, _, _ in too_much), *(f"{row.bound.label}." for row in rows), _WHAT_TO_DO]),
        facts=asking.all_seen({fact.id: fact for fact in shown}.values()),
        citations=[*(citation for _, _, citation in too_much), *(row.bound.citation for row in rows)],
    )


_TOO_MUCH = "too much for the kidneys"
_WHETHER_TO_GO_ON = "talk over whether it goes on"
_WHAT_TO_DO = "Ask its prescriber about a smaller dose or another medicine; nothing is stopped at once."


def _broken(
    asking: Asking, owner: str, rows: Sequence[Requirement], medications: Sequence[Medication]
) -> list[_Against]:
    """The rows that this chart is known to break: not for what is taken itself, and not for a pregnancy."""
    section = asking.book.section(owner, rows, asking.engine.day, asking.place, recalled_refuses=False)
    own = {one.id for one in medications} if len({one.ingredient for one in medications}) == 1 else set()
    found = (
        _Against(bound, asking.engine.answer(bound.criterion))
        for bound in section.rows
        if bound.row.severity != "advice" and bound.row.criterion != PREGNANCY and _is_broken(asking, bound)
    )
    return [one for one in found if not (one.answer.facts and {fact.id for fact in one.answer.facts} <= own)]


def _is_broken(asking: Asking, bound: BoundRow) -> bool:
    """The row is known to apply, and not to be as wanted."""
    if bound.applies is not None and asking.engine.truth(bound.applies.met_when) is not True:
        return False
    return asking.engine.truth(bound.criterion.met_when) is (bound.row.want == "not met")


def _told_once(rows: Sequence[_Against], is_above_limit: bool) -> list[_Against]:
    """The rows that say something more than those before them: of another fact, and not that the kidneys are weak where
    that is said already."""
    seen: set[str] = set()
    told: list[_Against] = []
    for row in rows:
        facts = {fact.id for fact in row.answer.facts}
        if facts <= seen or (is_above_limit and row.bound.row.criterion == WEAK_KIDNEYS):
            continue
        seen |= facts
        told.append(row)
    return told


# --- the dose that weak kidneys allow --------------------------------------------------------------------------------


def _above_limit(asking: Asking, medication: Medication) -> tuple[str, Measure, Citation] | None:
    """That more is taken in a day than weak kidneys allow, with the value and the limit; nothing if one is unknown."""
    known = drug_of(asking.book, medication)
    value = _kidney_function(asking) if known and known[1].kidney_limits else None
    if known is None or value is None or value.score is None or medication.unit != "mg":
        return None
    name, drug = known
    limit = _limit(drug, value.score)
    if limit is None or medication.dose is None or medication.times_a_day is None:
        return None
    a_day = medication.dose * medication.times_a_day
    if a_day <= limit.a_day:
        return None
    said = (
        f"{drug.label}, {a_day:g} mg a day, is above the {limit.a_day:g} mg that a kidney function below "
        f"{limit.below:g} mL/min allows."
    )
    return said, value, cite(f"{name}.kidney_limits", limit)


def _limit(drug: DrugEntry, function: float) -> KidneyLimit | None:
    return min((one for one in drug.kidney_limits if function < one.below), key=lambda one: one.below, default=None)


def _kidney_function(asking: Asking) -> Measure | None:
    """The latest value that is recent enough to count."""
    day = asking.engine.day
    days = asking.book.number("laboratory_valid_days", day)
    values = [
        one
        for one in asking.engine.chart.rows(Measure)
        if one.instrument in KIDNEY_FUNCTION
        and one.score is not None
        and one.true_on is not None
        and 0 <= (day - one.true_on).days <= days
    ]
    return max(values, key=order_key, default=None)


# --- pregnancy -----------------------------------------------------------------------------------------------------


def _names_pregnancy(entry: ProcedureEntry) -> bool:
    return any(row.criterion == PREGNANCY for row in (*entry.contraindications, *entry.cautions))


def _on_pregnancy(book: Book) -> Iterator[Citation]:
    """What the shared rows and those of the anti-inflammatory medicines cite, each document once."""
    seen = set()
    for name, entry in book.content.shared_rows.items():
        for row in (*entry.contraindications, *entry.cautions):
            if row.criterion in (PREGNANCY, KNOWN_PREGNANCY) and row.source not in seen:
                seen.add(row.source)
                yield cite(f"{name}.contraindications", row)
