"""What concerns a patient whatever is planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lenitive.chart.finding import Finding
from lenitive.reasoning.assessment import Alert, FactSeen, RedFlagResult
from lenitive.reasoning.citing import cite_parameter, in_a_sentence, named, see
from lenitive.reasoning.determination import Asking
from lenitive.reasoning.opioids import opioid_alerts, serotonin_alerts
from lenitive.reasoning.safety import has_died, red_flag_alerts
from lenitive.reasoning.steroids import inhibitor_alerts, steroid_alerts
from lenitive.reasoning.taken_medicines import interaction_alerts, medicine_alerts, pregnancy_alert

SUICIDE = "suicide_risk"
"""The red flag that asks about suicide."""


def standing_alerts(asking: Asking, flags: list[RedFlagResult]) -> list[Alert]:
    """Dangers that were raised, a question that cannot wait, a child, a pregnancy, what is taken although something
    speaks against it, opioids, corticosteroids, and what contradicts itself. ``asking`` is about no request.

    Of a patient who died nothing but that is said.
    """
    raised = red_flag_alerts(asking, flags)
    if has_died(flags):
        return raised
    book, chart, day = asking.book, asking.engine.chart, asking.engine.day
    pregnant = pregnancy_alert(asking)
    return [
        *raised,
        *_suicide_to_ask_about(asking, flags),
        *_made_for_adults(asking),
        *([pregnant] if pregnant else []),
        *serotonin_alerts(asking),
        *interaction_alerts(asking),
        *medicine_alerts(asking),
        *opioid_alerts(asking),
        *inhibitor_alerts(asking),
        *steroid_alerts(book, chart, day),
        *_contradictions(asking, pregnant),
    ]


def _suicide_to_ask_about(asking: Asking, flags: list[RedFlagResult]) -> Iterator[Alert]:
    """The question about suicide where a questionnaire speaks for depression and nobody has answered it lately."""
    open_ = next((flag for flag in flags if flag.id == SUICIDE and flag.status == "undocumented"), None)
    if open_ is None:
        return
    mood = asking.engine.answer(asking.book.standing("depression_is_likely", asking.engine.day))
    if mood.status.value == "met":
        yield Alert(
            severity="ask",
            title="Ask about thoughts of suicide today",
            action=" ".join(["The questionnaire speaks for depression.", *(one.question for one in open_.missing)]),
            facts=[see(fact) for fact in mood.facts],
            citations=[*map(cite_parameter, mood.citations), *open_.citations],
        )


def _made_for_adults(asking: Asking) -> Iterator[Alert]:
    """That the patient is a child, and nothing here was made for one."""
    if answer := asking.if_met("not_yet_adult"):
        yield Alert(
            severity="stop",
            title="Not yet an adult: everything here is made for adults",
            action=(
                "The sources of pain, their shares, the doses and the studies are of adults, so no needle is proposed: "
                "a children's pain team decides. In a young spine think first of a stress fracture of the arch "
                "(spondylolysis), infection, a tumour and inflammation."
            ),
            facts=[see(fact) for fact in answer.facts],
            citations=[cite_parameter(used) for used in answer.citations],
        )


def _contradictions(asking: Asking, pregnant: Alert | None) -> Iterator[Alert]:
    """What can hardly both be so, in one alert: a pregnancy of a man, a sign found and not found on one day."""
    found = [*_pregnant_man(asking, pregnant), *_found_and_not_found(asking)]
    if found:
        yield Alert(
            severity="ask",
            title="The record contradicts itself",
            action=f"{' '.join(said for said, _ in found)} Ask what is so, and correct the record.",
            facts=[fact for _, facts in found for fact in facts],
            citations=[],
        )


def _pregnant_man(asking: Asking, pregnant: Alert | None) -> Iterator[tuple[str, list[FactSeen]]]:
    patient = asking.engine.chart.patient
    if pregnant and patient and patient.sex == "male":
        yield "A pregnancy is on record, and the sex on record is male.", [see(patient)]


def _found_and_not_found(asking: Asking) -> Iterator[tuple[str, list[FactSeen]]]:
    """Signs that stand as present and as absent for the same side and levels on the same day."""
    of_day: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    for one in asking.engine.chart.rows(Finding):
        if one.present is not None and one.true_on is not None:
            of_day[one.code, one.side, one.levels, one.true_on].append(one)
    for same in of_day.values():
        if len({one.present for one in same}) > 1:
            sign = in_a_sentence(named("finding", same[0].code))
            yield f"Found and not found on {same[0].true_on}: {sign}.", [see(one) for one in same]
