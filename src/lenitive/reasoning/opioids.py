"""Opioids: how many morphine milligram equivalents a day, what that calls for, and how to come down together.

The number shows risk. It never converts one opioid into another, and no number is a reason for a forced or abrupt
reduction. A drug whose dose, unit or times a day nobody recorded makes the total a lower bound, and is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from lenitive.chart.chart import Chart, recorded_on
from lenitive.chart.medication import Medication
from lenitive.errors import no_such
from lenitive.medicine.shapes import DrugEntry, Guide
from lenitive.reasoning.assessment import Alert, Citation, FactSeen, Value
from lenitive.reasoning.book import Book
from lenitive.reasoning.citing import cite, cite_parameter, drugs_in_words, plain, see
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.safety import drug_of

PATCH_UNITS = ("ug/h", "mcg/h", "µg/h", "mcg/hr", "ug/hr")
MILLIGRAMS = ("mg",)
RESCUE = "naloxone"


class OpioidDose(Value, frozen=True, kw_only=True):
    """One opioid on one day. Without ``equivalents`` it is not counted, and ``why`` says why not."""

    drug: str
    label: str
    a_day: float | None
    unit: str | None
    equivalents: float | None
    why: str
    is_open: bool
    fact: FactSeen
    citations: list[Citation]


class DailyEquivalents(Value, frozen=True, kw_only=True):
    """Morphine milligram equivalents of one day. Unless ``is_complete`` the total is a lower bound."""

    day: date
    total: float
    is_complete: bool
    doses: list[OpioidDose]


class Stretch(Value, frozen=True, kw_only=True):
    """Days on which nothing about the opioids changed, the last one included."""

    first: date
    last: date
    equivalents: DailyEquivalents


# --- how much ------------------------------------------------------------------------------------------------------


def equivalents_on(book: Book, chart: Chart, day: date) -> DailyEquivalents:
    """What the opioids of a chart come to on a day."""
    doses = [dose for medication in _medications(chart) if (dose := _dose(book, medication, day)) is not None]
    return DailyEquivalents(
        day=day,
        total=sum(dose.equivalents for dose in doses if dose.equivalents is not None),
        is_complete=not any(dose.is_open for dose in doses),
        doses=doses,
    )


def equivalents_by_day(book: Book, chart: Chart, first: date, last: date) -> list[Stretch]:
    """The same from one day to another, for a timeline: stretches between the days on which something changes."""
    if last < first:
        raise ValueError(f"{last} is before {first}.")
    begins = sorted({first, *(day for day in _changes(chart) if first < day <= last)})
    ends = [*(day - timedelta(days=1) for day in begins[1:]), last]
    return [
        Stretch(first=begin, last=end, equivalents=equivalents_on(book, chart, begin))
        for begin, end in zip(begins, ends, strict=True)
    ]


def _medications(chart: Chart) -> Sequence[Medication]:
    return chart.rows(Medication)


def _changes(chart: Chart) -> Iterator[date]:
    for medication in _medications(chart):
        if medication.true_on is not None:
            yield medication.true_on
        if medication.until is not None:
            yield medication.until + timedelta(days=1)
        yield recorded_on(medication)


def is_taken_on(medication: Medication, day: date) -> bool | None:
    """Whether it is taken on a day; unknown where the chart does not say when it began, ended or went on hold."""
    if medication.status == "intended":
        return False
    if medication.until is not None and medication.until < day:
        return False
    if medication.true_on is not None and medication.true_on > day:
        return False
    was_written = recorded_on(medication) <= day
    if medication.status in ("stopped", "completed") and medication.until is None:
        return False if was_written else None
    if medication.status == "on-hold":
        return None
    return True if medication.true_on is not None or was_written else None


def _dose(book: Book, medication: Medication, day: date) -> OpioidDose | None:
    """What one medication adds, or ``None`` if it is no opioid or surely not taken."""
    taken = is_taken_on(medication, day)
    if taken is False:
        return None
    known = drug_of(book, medication)
    if known is None or known[1].drug_class != "opioid":
        return _unnamed(medication) if medication.drug_class == "opioid" else None
    name, drug = known
    a_day, why, is_open = _a_day(medication, drug)
    if taken is None:
        why, is_open = "nobody recorded whether it is taken now", True
    factor = drug.mme_factor.value if drug.mme_factor else None
    counted = None if why or factor is None or a_day is None else a_day * factor
    quotes = [cite(f"{name}.mme_factor", drug.mme_factor)] if drug.mme_factor else []
    return OpioidDose(
        drug=name,
        label=drug.label,
        a_day=a_day,
        unit=medication.unit,
        equivalents=counted,
        why=why,
        is_open=is_open,
        fact=see(medication),
        citations=quotes or [cite(f"{name}.statements", one) for one in drug.statements],
    )


def _a_day(medication: Medication, drug: DrugEntry) -> tuple[float | None, str, bool]:
    """How much a day, why it cannot be counted, and whether an answer would change that."""
    if drug.mme_factor is None:
        return None, "not counted in morphine equivalents", False
    if (medication.route or "").lower() in ("intrathecal", "epidural"):
        return None, "given at the spinal cord: it has no morphine equivalents", False
    is_patch = drug.mme_factor.unit.endswith("ug/h")
    if medication.dose is None or medication.unit is None:
        return None, "nobody recorded the dose", True
    if medication.unit not in (PATCH_UNITS if is_patch else MILLIGRAMS):
        needed = "micrograms an hour of a patch" if is_patch else "milligrams"
        return None, f"its factor is for {needed}, the chart says {medication.unit}", True
    if is_patch:
        return medication.dose, "", False
    if medication.times_a_day is None:
        return None, "nobody recorded how often a day", True
    return medication.dose * medication.times_a_day, "", False


def _unnamed(medication: Medication) -> OpioidDose:
    return OpioidDose(
        drug="",
        label=medication.label or plain(medication.ingredient) or "An opioid without a name",
        a_day=None,
        unit=medication.unit,
        equivalents=None,
        why="no factor is known for it, or nobody recorded which opioid it is",
        is_open=True,
        fact=see(medication),
        citations=[],
    )


# --- what it calls for ---------------------------------------------------------------------------------------------


def opioid_alerts(asking: Asking) -> list[Alert]:
    """What the opioids that are taken call for: a look at the dose, a question, naloxone, a word about sedatives."""
    today = equivalents_on(asking.book, asking.engine.chart, asking.engine.day)
    if not today.doses:
        return []
    found = [
        _high_dose(asking, today),
        *_open_doses(today),
        _sedative(asking, today),
        _serotonin(asking, today),
        *_to_watch(asking.book, today),
        _naloxone(asking, today),
    ]
    return [alert for alert in found if alert is not None]


def _high_dose(asking: Asking, today: DailyEquivalents) -> Alert | None:
    book, day = asking.book, asking.engine.day
    if today.total < book.number("opioid_caution_mme", day):
        return None
    cancer = asking.engine.answer(book.standing("cancer_pain_is_known", day))
    if cancer.status.value == "met":
        return _high_dose_in_cancer(book, today, list(map(see, cancer.facts)))
    names = ["opioid_caution_mme"]
    action = ["Pause and look at benefit and risk together: many people gain nothing more from a higher dose."]
    if today.total >= book.number("opioid_older_limit_mme", day):
        names.append("opioid_older_limit_mme")
        action.append("An older guideline asked to avoid or justify so much; the newer one has no such line.")
    never = book.content.guides["opioid_taper"].never[0]
    at_least = "" if today.is_complete else "at least "
    return Alert(
        severity="warning",
        title=f"Opioids: {at_least}{today.total:g} morphine milligram equivalents a day",
        action=" ".join([*action, never.text]),
        facts=[dose.fact for dose in today.doses],
        citations=[
            *(cite(name, book.value(name, day)) for name in names),
            cite("opioid_taper.never", never),
            *(one for dose in today.doses for one in dose.citations),
        ],
    )


def _high_dose_in_cancer(book: Book, today: DailyEquivalents, cancer: list[FactSeen]) -> Alert:
    """The same where the pain is that of a known cancer: the sum is told, and the limits for other pain are not."""
    [advice] = [one for one in book.content.procedures["opioid"].advice if one.generators == ["cancer_pain"]]
    at_least = "" if today.is_complete else "at least "
    return Alert(
        severity="ask",
        title=f"Opioids: {at_least}{today.total:g} morphine milligram equivalents a day, for cancer pain",
        action=f"{advice.text} Ask how well the pain is held, and about sleepiness, constipation and nausea.",
        facts=[*(dose.fact for dose in today.doses), *cancer],
        citations=[cite("opioid.advice", advice), *(one for dose in today.doses for one in dose.citations)],
    )


def _open_doses(today: DailyEquivalents) -> Iterator[Alert]:
    """One question for each opioid of which the daily dose is not known, however often it was prescribed."""
    by_drug: dict[str, list[OpioidDose]] = {}
    for dose in today.doses:
        if dose.is_open:
            by_drug.setdefault(dose.label, []).append(dose)
    for label, doses in by_drug.items():
        times = f", {len(doses)} prescriptions" if len(doses) > 1 else ""
        why = " and ".join(dict.fromkeys(dose.why for dose in doses))
        yield Alert(
            severity="ask",
            title=f"{label}: the daily dose is not known{times}",
            action=f"Ask how much is taken, and how often: {why}. Until then the sum is a lower bound.",
            facts=[dose.fact for dose in doses],
            citations=doses[0].citations,
        )


def _sedative(asking: Asking, today: DailyEquivalents) -> Alert | None:
    answer = asking.engine.answer(asking.book.standing("sedative_taken", asking.engine.day))
    if answer.status.value != "met":
        return None
    return Alert(
        severity="warning",
        title="An opioid together with a benzodiazepine or sleeping drug",
        action="Talk with both prescribers: together they can stop the breath. Neither is stopped abruptly.",
        facts=[*(see(fact) for fact in answer.facts), *(dose.fact for dose in today.doses)],
        citations=[cite_parameter(used) for used in answer.citations],
    )


def _serotonin(asking: Asking, today: DailyEquivalents) -> Alert | None:
    """Tramadol beside an antidepressant: a caution, no contraindication."""
    book, day = asking.book, asking.engine.day
    opioids = [dose for dose in today.doses if dose.drug in book.words("serotonergic_opioids", day)]
    if not opioids or asking.if_met(INHIBITOR):
        return None  # the alert about the inhibitor names them all
    answer = asking.if_met(ANTIDEPRESSANT)
    if answer is None:
        return None
    return Alert(
        severity="warning",
        title=f"{opioids[0].label} together with an antidepressant",
        action=(
            "Talk with both prescribers: the two together can raise serotonin too far (fever, agitation, twitching) "
            "and bring on fits, more so in old age and at high doses. Neither is stopped abruptly."
        ),
        facts=[*(see(fact) for fact in answer.facts), *(dose.fact for dose in opioids)],
        citations=[
            cite("serotonergic_opioids", book.value("serotonergic_opioids", day)),
            *(cite_parameter(used) for used in answer.citations),
        ],
    )


ANTIDEPRESSANT = "serotonergic_antidepressant_taken"
INHIBITOR = "monoamine_oxidase_inhibitor_taken"


def serotonin_alerts(asking: Asking) -> list[Alert]:
    """One alert that names a monoamine oxidase inhibitor and everything that must not be taken beside it."""
    inhibitor = asking.if_met(INHIBITOR)
    if inhibitor is None:
        return []
    book, day = asking.book, asking.engine.day
    own = {fact.id for fact in inhibitor.facts}
    antidepressant = asking.if_met(ANTIDEPRESSANT)
    beside = [one for one in antidepressant.facts if isinstance(one, Medication)] if antidepressant else []
    beside += [
        one
        for one in _medications(asking.engine.chart)
        if one.ingredient in book.words("serotonergic_opioids", day) and is_taken_on(one, day) is not False
    ]
    beside = [one for one in beside if one.id not in own]
    if not beside:
        return []
    drugs = [one for one in inhibitor.facts if isinstance(one, Medication)]
    return [
        Alert(
            severity="warning",
            title=f"Takes {drugs_in_words(drugs)} beside {drugs_in_words(beside)}: serotonin can rise too far",
            action=(
                "They must not be taken together: talk with the prescribers today. Fever, agitation, sweating, "
                "twitching or stiff limbs: emergency department now. Which one ends, and how, the prescribers decide; "
                "none is stopped abruptly, and some act for weeks after the last dose."
            ),
            facts=[see(one) for one in (*drugs, *beside)],
            citations=[
                *(cite_parameter(used) for used in inhibitor.citations),
                *(cite_parameter(used) for used in (antidepressant.citations if antidepressant else ())),
            ],
        )
    ]


def _to_watch(book: Book, today: DailyEquivalents) -> Iterator[Alert]:
    """What each opioid asks for by its own nature, once."""
    by_drug: dict[str, list[OpioidDose]] = {}
    for dose in today.doses:
        if dose.drug in book.content.drugs and book.content.drugs[dose.drug].watch:
            by_drug.setdefault(dose.drug, []).append(dose)
    for drug, doses in by_drug.items():
        watch = book.content.drugs[drug].watch
        yield Alert(
            severity="warning",
            title=f"{doses[0].label}: what to watch",
            action=" ".join(one.text for one in watch),
            facts=[dose.fact for dose in doses],
            citations=[cite(f"{drug}.watch", one) for one in watch],
        )


def _is_rescue(one: Medication, listed: Sequence[Medication]) -> bool:
    """Naloxone by itself. What is mixed into a tablet or film, so that nobody injects that, rescues nobody."""
    product = one.id.partition("#")[0]
    mixed = (other for other in listed if other.id.partition("#")[0] == product)
    return one.ingredient == RESCUE and all(other.ingredient == RESCUE for other in mixed)


def _naloxone(asking: Asking, today: DailyEquivalents) -> Alert | None:
    book, day = asking.book, asking.engine.day
    listed = _medications(asking.engine.chart)
    has_it = any(_is_rescue(one, listed) and is_taken_on(one, day) is not False for one in listed)
    answer = asking.engine.answer(book.standing("prone_to_opioid_harm", day))
    is_prone = answer.status.value == "met"
    is_high = today.total >= book.number("naloxone_offer_mme", day)
    if has_it or not (is_high or is_prone):
        return None
    facts = [*(see(fact) for fact in answer.facts if is_prone), *(dose.fact for dose in today.doses if is_high)]
    return Alert(
        severity="warning",
        title="Offer naloxone",
        action="Offer a rescue dose to keep at home, and show the household how to give it.",
        facts=list({(fact.table, fact.id): fact for fact in facts}.values()),
        citations=[
            *([cite("naloxone_offer_mme", book.value("naloxone_offer_mme", day))] if is_high else []),
            *(cite_parameter(used) for used in answer.citations if is_prone),
        ],
    )


# --- coming down ---------------------------------------------------------------------------------------------------


class GuideStep(Value, frozen=True, kw_only=True):
    """One step of a guide."""

    part: str
    text: str
    citation: Citation


def guide_steps(book: Book, name: str = "opioid_taper") -> list[GuideStep]:
    """A guide as cited steps: what never to do, when to think of it, the steps, what to watch."""
    guides = book.content.guides
    if name not in guides:
        raise no_such("guide", name, guides)
    return list(_steps(name, guides[name]))


def _steps(name: str, guide: Guide) -> Iterator[GuideStep]:
    for part in ("never", "consider_when", "steps", "watch"):
        for step in getattr(guide, part):
            yield GuideStep(part=plain(part), text=step.text, citation=cite(f"{name}.{part}", step))


# --- steps of the plan ---------------------------------------------------------------------------------------------


class OpioidStep(Value, frozen=True, kw_only=True):
    """What the opioids that are taken call for, as a step of the plan: why, on which facts, and the guide to follow."""

    step: Literal["naloxone", "coming down"]
    label: str
    why: str
    facts: list[FactSeen]
    guide: list[GuideStep]
    citations: list[Citation]


def opioid_steps(book: Book, chart: Chart, day: date) -> list[OpioidStep]:
    """Naloxone where its alert asks for it; coming down where the dose or a sedative does, or where it has begun.

    Coming down is something to talk about: no number is a reason to force it, and the guide says so first.
    """
    asking = Asking.about(book, chart.as_of(day), day)
    today = equivalents_on(book, asking.engine.chart, day)
    if not today.doses:
        return []
    found = [_naloxone_step(_naloxone(asking, today)), _coming_down(asking, today)]
    return [step for step in found if step is not None]


def _naloxone_step(alert: Alert | None) -> OpioidStep | None:
    if alert is None:
        return None
    return OpioidStep(
        step="naloxone", label=alert.title, why=alert.action, facts=alert.facts, guide=[], citations=alert.citations
    )


def _coming_down(asking: Asking, today: DailyEquivalents) -> OpioidStep | None:
    calls = [alert for alert in (_high_dose(asking, today), _sedative(asking, today)) if alert is not None]
    begun = _has_come_down(asking, today)
    if not calls and begun is None:
        return None
    reasons = [*([begun] if begun else []), *(alert.title for alert in calls)]
    facts = [*(fact for alert in calls for fact in alert.facts), *(dose.fact for dose in today.doses)]
    guide = asking.book.content.guides["opioid_taper"]
    return OpioidStep(
        step="coming down",
        label=guide.label,
        why=f"{'Goes on' if begun else 'To talk about'}: {'; '.join(reasons)}.",
        facts=list({(fact.table, fact.id): fact for fact in facts}.values()),
        guide=guide_steps(asking.book),
        citations=[citation for alert in calls for citation in alert.citations],
    )


def _has_come_down(asking: Asking, today: DailyEquivalents) -> str | None:
    """How the dose went down at its last change, if both sides of that change are known."""
    chart, day = asking.engine.chart, asking.engine.day
    begun = min((change for change in _changes(chart) if change <= day), default=day)
    stretches = equivalents_by_day(asking.book, chart, begun, day)
    before = next((one for one in reversed(stretches) if one.equivalents.total != today.total), None)
    if before is None or not (before.equivalents.is_complete and today.is_complete):
        return None
    if before.equivalents.total < today.total:
        return None
    return (
        f"from {before.equivalents.total:g} to {today.total:g} morphine milligram equivalents a day "
        f"since {before.last + timedelta(days=1)}"
    )
