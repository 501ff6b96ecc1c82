"""DTR from end to end: what is open becomes questions, answers become facts, and the facts settle the request."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from lenitive.chart import Chart, Request
from lenitive.chart.patient import Patient
from lenitive.chart.procedure import Procedure
from lenitive.chart.relief import Relief
from lenitive.errors import BadInputError
from lenitive.interop.davinci.claim_bundle import about_answers, author_of_answers
from lenitive.interop.davinci.questionnaire import canonical
from lenitive.interop.davinci.questionnaire_answers import answers_as_facts
from lenitive.interop.davinci.questionnaire_questions import policy_questions
from lenitive.interop.davinci.questionnaire_response import answers_by_link, completed, draft, origin, origin_of
from lenitive.reasoning.book import book
from lenitive.reasoning.consider import consider
from lenitive.reasoning.determination import Asking
from tests.unit.interop.davinci.answering import filled, handed_out, links, question, questions, told
from tests.unit.interop.davinci.inventing import AT, asked, standing, submission

EVERYTHING_GOOD: dict[str, Any] = {
    "finding/dermatomal_leg_pain": False,
    "finding/pain_follows_s1_dermatome": False,
    "finding/neurogenic_claudication": False,
    "finding/mri_facet_cyst": False,
    "statement/other_cause_excluded": True,
    "attestation/condition": True,
    "statement/anterior_lumbar_fusion": False,
    "request/steroid": "none",
    "request/approach": "thermal",
}


@pytest.fixture(scope="module")
def facet():
    return asked()


@pytest.fixture(scope="module")
def form(facet):
    return handed_out(facet)


# --- end to end


def test_answers_that_fit_the_policy_settle_an_open_request_as_met(facet):
    assert facet.standing.determination.status == "undocumented"
    assert told(facet, EVERYTHING_GOOD).standing.determination.status == "met"


@pytest.mark.parametrize(
    ("answer", "violated"),
    [
        ({"statement/anterior_lumbar_fusion": True}, "anterior_lumbar_fusion"),
        ({"statement/other_cause_excluded": False}, "other_cause_excluded"),
        ({"finding/neurogenic_claudication": True}, "untreated_radiculopathy"),
        ({"request/approach": "pulsed"}, None),
        ({"row/condition/code": "fibromyalgia"}, "generalised_pain"),
    ],
)
def test_one_answer_against_the_policy_refuses(facet, answer, violated):
    determination = told(facet, EVERYTHING_GOOD | answer).standing.determination
    assert determination.status == "not met"
    assert violated is None or determination.violated == [violated]


def test_an_exception_that_was_answered_beside_a_finding_counts(facet):
    treated = {"finding/neurogenic_claudication": True, "statement/radiculopathy_treated": True}
    assert told(facet, EVERYTHING_GOOD | treated).standing.determination.status == "met"


@pytest.mark.parametrize(
    "missing", ["attestation/condition", "request/approach", "request/steroid", "statement/anterior_lumbar_fusion"]
)
def test_a_question_that_is_not_answered_leaves_the_request_open(facet, missing):
    answers = {link: value for link, value in EVERYTHING_GOOD.items() if link != missing}
    assert told(facet, answers).standing.determination.status == "undocumented"


def test_findings_that_nobody_looked_for_leave_the_request_open(facet):
    answers = {link: value for link, value in EVERYTHING_GOOD.items() if not link.startswith("finding/")}
    assert told(facet, answers).standing.determination.status == "undocumented"


def test_after_the_answers_nothing_is_asked_any_more(facet):
    assert questions(told(facet, EVERYTHING_GOOD)).open == ()


# --- only what matters is asked


def test_what_the_chart_answers_is_not_asked(form):
    asked_for = {link for link in links(form.form) if link.startswith("criterion/")}
    assert asked_for == {
        f"criterion/medicare_facet_ablation_initial#{row}"
        for row in (
            "facet.excl.radiculopathy",
            "facet.excl.other_pathology",
            "facet.excl.generalised_pain",
            "facet.excl.alif",
            "facet.excl.other",
            "facet.rfa.thermal_only",
        )
    }


def test_another_region_is_not_asked_about(form):
    assert not any("arm_pain" in link or "chest_pain" in link for link in links(form.form))


def test_a_request_that_is_met_has_no_questions():
    assert questions(asked("radiculopathy")).open == ()


def test_a_request_that_is_refused_has_no_questions(facet):
    refused = told(facet, EVERYTHING_GOOD | {"statement/anterior_lumbar_fusion": True})
    assert questions(refused).open == ()


def test_without_a_policy_there_is_nothing_to_ask(facet):
    nobody = standing(facet.chart, facet.as_of, Request(kind="joint_injection"))
    asking = Asking.about(book(), facet.chart, facet.as_of, nobody.request)
    assert nobody.standing.determination is None
    assert policy_questions(asking, nobody.request, facet.standing.determination) is None


def test_a_fact_that_lacks_a_column_is_asked_for_that_column():
    about = asked("sacroiliac")
    facts = [
        msgspec.structs.replace(fact, true_on=None, true_by=None) if type(fact).__name__ == "Complaint" else fact
        for fact in about.chart.facts
    ]
    vague = standing(Chart(about.chart.patient_id, tuple(facts)), about.as_of, about.request)
    complaint = next(fact for fact in vague.chart.facts if type(fact).__name__ == "Complaint")
    link = f"fact/complaint/true_on/{complaint.id}"
    assert link in links(handed_out(vague).form)
    answered = told(vague, {link: "2025-12-01", "statement/other_cause_excluded": True})
    assert answered.standing.determination.status == "met"
    [now] = answered.chart.as_of(about.as_of).table("complaint")
    assert (now.supersedes, now.true_on) == (complaint.id, date(2025, 12, 1))


# --- the form


def test_the_same_questions_have_the_same_name_and_others_another(facet, form):
    assert canonical(handed_out(facet).form) == canonical(form.form)
    fewer = told(facet, {"statement/anterior_lumbar_fusion": False})
    other = handed_out(fewer).form
    assert other["url"] == form.form["url"]
    assert other["version"] != form.form["version"]


def test_links_are_unique(form):
    found = links(form.form)
    assert len(found) == len(set(found))


def test_types_follow_the_columns(form):
    group = question(form.form, "row/condition")
    assert group["repeats"]
    types = {item["linkId"].rpartition("/")[2]: item["type"] for item in group["item"]}
    assert types == {
        "true_on": "date",
        "until": "date",
        "code": "choice",
        "icd10": "string",
        "status": "choice",
        "certainty": "choice",
    }


def test_a_score_carries_its_loinc_code_and_unit(facet):
    bare = Chart(facet.chart.patient_id, tuple(f for f in facet.chart.facts if type(f).__name__ != "Measure"))
    form = handed_out(standing(bare, facet.as_of, facet.request)).form
    score = question(form, "measure/nrs")
    assert score["type"] == "decimal"
    assert score["code"][0]["system"] == "http://loinc.org"
    assert score["extension"][0]["valueCoding"]["system"] == "http://unitsofmeasure.org"


# --- where an answer came from


def test_what_the_request_says_is_filled_in_by_the_server(form):
    found = dict(answers_by_link(form.draft))
    assert [one["valueString"] for one in found["request/levels"]] == ["L4-5", "L5-S1"]
    assert found["request/side"][0]["valueCoding"]["code"] == "left"
    assert {origin_of(one) for answers in found.values() for one in answers} == {"auto-server"}


def test_origins_say_who_gave_and_who_changed_an_answer(form):
    found = dict(answers_by_link(filled(form, {"request/side": "right", "statement/other_cause_excluded": True})))
    assert origin_of(found["request/side"][0]) == "override"
    assert origin_of(found["statement/other_cause_excluded"][0]) == "manual"
    assert {origin_of(one) for one in found["request/levels"]} == {"auto-server"}
    authored = [one for one in found["request/side"][0]["extension"][0]["extension"] if one["url"] == "author"]
    assert authored[0]["extension"][0]["valueReference"] == {"reference": "Practitioner/clinician-1245319599"}
    assert "author" not in str(found["request/levels"])


def test_an_author_stands_exactly_where_a_person_had_a_hand_in_it():
    for source, author in (("manual", None), ("override", None), ("auto-server", "Practitioner/x"), ("auto", "x")):
        with pytest.raises(ValueError, match="author"):
            origin(source, author)  # type: ignore[arg-type]


def test_a_changed_answer_about_the_request_changes_the_request_and_a_kept_one_nothing(facet, form):
    kept = answers_as_facts(form.form, filled(form, {}), facet.chart, facet.request, AT)
    assert (kept.facts, kept.request) == ((), facet.request)
    changed = answers_as_facts(form.form, filled(form, {"request/side": "right"}), facet.chart, facet.request, AT)
    assert (changed.facts, changed.request.side) == ((), "right")


def test_an_answer_that_was_filled_in_and_left_alone_brings_no_fact(facet, form):
    about = about_answers(facet.chart, submission())
    known = {"statement/other_cause_excluded": [{"valueBoolean": True}]}
    filled_in = draft(form.form, about, AT, known, "auto-client")
    left_alone = completed(filled_in, filled_in, author_of_answers(submission()), AT)
    assert answers_as_facts(form.form, left_alone, facet.chart, facet.request, AT).facts == ()


# --- facts


def test_a_day_that_is_known_now_is_no_range_any_more():
    about = asked("sacroiliac")
    [complaint] = about.chart.table("complaint")
    assert complaint.true_by == date(2025, 12, 31)
    link = f"fact/complaint/true_on/{complaint.id}"
    bare = {"url": "https://x.example/Questionnaire/q", "version": "1", "item": [{"linkId": link, "type": "date"}]}
    answer = {"valueDate": "2025-12-11", "extension": [origin("manual", "Practitioner/x")]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": canonical(bare),
        "item": [{"linkId": link, "answer": [answer]}],
    }
    [fact] = answers_as_facts(bare, response, about.chart, about.request, AT).facts
    assert (fact.true_on, fact.true_by, fact.supersedes) == (date(2025, 12, 11), None, complaint.id)


def answers_about_facts(chart, *answered: tuple[str, str, list[dict[str, object]]]):
    """What a form that asks for columns of facts brings back: for each question its link, type and answers."""
    kinds = {link: kind for link, kind, _ in answered}
    asked_for = [{"linkId": link, "type": kind, "repeats": "levels" in link} for link, kind in kinds.items()]
    bare = {"url": "https://x.example/Questionnaire/q", "version": "1", "item": asked_for}
    by_a_person = [origin("manual", "Practitioner/x")]
    given = [
        {"linkId": link, "answer": [{**value, "extension": by_a_person} for value in values]}
        for link, _, values in answered
    ]
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": canonical(bare),
        "item": given,
    }
    return answers_as_facts(bare, response, chart, Request(kind="joint_injection"), AT).facts


def test_all_answers_about_a_fact_make_one_corrected_fact_which_keeps_its_relief():
    about = {"patient": "p", "recorded_at": datetime(2026, 2, 9, tzinfo=UTC)}
    block = Procedure(id="b1", kind="medial_branch_block_lumbar", intent="diagnostic", **about)
    relief = Relief(id="r1", procedure="b1", percent=85, **about)
    chart = Chart.of([block, relief])
    facts = answers_about_facts(
        chart,
        ("fact/procedure/levels/b1", "string", [{"valueString": "L4-5"}, {"valueString": "L5-S1"}]),
        ("fact/relief/lasted_hours/r1", "decimal", [{"valueDecimal": 3}]),
        ("fact/procedure/true_on/b1", "date", [{"valueDate": "2026-02-09"}]),
        ("fact/procedure/side/b1", "string", [{"valueString": "left"}]),
    )
    after = Chart.of([*chart.facts, *facts])
    [done], [told] = after.rows(Procedure), after.rows(Relief)
    assert (done.levels, done.true_on, done.side) == (("L4-5", "L5-S1"), date(2026, 2, 9), "left")
    assert (done.kind, done.supersedes) == ("medial_branch_block_lumbar", "b1")
    assert (told.procedure, told.percent, told.lasted_hours) == (done.id, 85, 3)


def test_two_answers_to_one_question_about_a_fact_are_refused():
    about = {"patient": "p", "recorded_at": datetime(2026, 2, 9, tzinfo=UTC)}
    chart = Chart.of([Procedure(id="b1", kind="medial_branch_block_lumbar", **about)])
    sides = [("fact/procedure/side/b1", "string", [{"valueString": side}]) for side in ("left", "right")]
    with pytest.raises(BadInputError, match="two answers that differ"):
        answers_about_facts(chart, *sides)


def test_facts_say_which_form_they_came_from_and_are_the_same_when_read_twice(facet, form):
    response = filled(form, EVERYTHING_GOOD)
    first = answers_as_facts(form.form, response, facet.chart, facet.request, AT)
    assert first == answers_as_facts(form.form, response, facet.chart, facet.request, AT)
    assert {fact.source for fact in first.facts} == {canonical(form.form)}
    assert len({fact.id for fact in first.facts}) == len(first.facts) == 7


def test_words_beside_a_yes_are_one_statement(facet, form):
    answers = {"statement/radiculopathy_treated": True, "statement/radiculopathy_treated/text": "Root block in March."}
    found = answers_as_facts(form.form, filled(form, answers), facet.chart, facet.request, AT)
    [statement] = found.facts
    assert (statement.says, statement.text) == (True, "Root block in March.")  # type: ignore[attr-defined]


def test_words_alone_are_a_statement_too(facet, form):
    answers = {"statement/radiculopathy_treated/text": "Root block in March."}
    [statement] = answers_as_facts(form.form, filled(form, answers), facet.chart, facet.request, AT).facts
    assert (statement.says, statement.text) == (None, "Root block in March.")  # type: ignore[attr-defined]


def broken(response: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {**response, **change}


def with_answer(form, link: str, answer: dict[str, Any]) -> dict[str, Any]:
    response = filled(form, {"statement/other_cause_excluded": True})
    holder = question(response, "statement/other_cause_excluded")
    holder["linkId"] = link
    holder["answer"] = [answer | {"extension": [origin("manual", "Practitioner/x")]}]
    return response


UNFIT: dict[str, tuple[Any, str]] = {
    "not finished": (lambda form: broken(filled(form, {}), status="in-progress"), "not completed"),
    "another form": (lambda form: broken(filled(form, {}), questionnaire="https://x.example/Q|1"), "another form"),
    "another resource": (lambda form: broken(filled(form, {}), resourceType="Observation"), "not a Questionnaire"),
    "no question": (lambda form: with_answer(form, "statement/invented", {"valueBoolean": True}), "no such question"),
    "text for yes": (
        lambda form: with_answer(form, "statement/other_cause_excluded", {"valueString": "yes"}),
        "another type",
    ),
    "no value": (lambda form: with_answer(form, "statement/other_cause_excluded", {}), "no value"),
    "no option": (lambda form: with_answer(form, "request/side", {"valueCoding": {"code": "up"}}), "no option"),
    "no day": (lambda form: with_answer(form, "request/on", {"valueDate": "2026-02-30"}), "request"),
    "yes for a level": (lambda form: with_answer(form, "request/levels", {"valueBoolean": True}), "another type"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_answers_that_do_not_fit_refuse_the_response(facet, form, name):
    make, words = UNFIT[name]
    with pytest.raises(BadInputError, match=words):
        answers_as_facts(form.form, make(form), facet.chart, facet.request, AT)


def test_an_answer_without_an_origin_is_refused(facet, form):
    response = filled(form, {"statement/other_cause_excluded": True})
    del question(response, "statement/other_cause_excluded")["answer"][0]["extension"]
    with pytest.raises(BadInputError, match="information-origin"):
        answers_as_facts(form.form, response, facet.chart, facet.request, AT)


def test_several_answers_where_one_is_asked_for_are_refused(facet, form):
    response = filled(form, {"statement/other_cause_excluded": True})
    answers = question(response, "statement/other_cause_excluded")["answer"]
    answers.append(answers[0])
    with pytest.raises(BadInputError, match="several answers"):
        answers_as_facts(form.form, response, facet.chart, facet.request, AT)


# --- every policy


BORN = Patient(
    id="p", patient="p", recorded_at=datetime(2026, 5, 4, tzinfo=UTC), birth_date=date(1961, 1, 1), sex="female"
)
PAYERS = (("Medicare", "medicare"), ("Example Mutual", "commercial"), ("UnitedHealthcare", "commercial"))


@pytest.mark.parametrize("payer", PAYERS, ids=lambda payer: payer[0])
def test_every_open_policy_has_a_question_or_only_rows_that_nobody_read(payer):
    """For a chart that says nothing, whatever is open can be asked about; a row that was only recalled cannot."""
    chart = Chart("p", (BORN,))
    asked_of: set[str] = set()
    for kind, procedure in book().content.procedures.items():
        request = Request(
            kind=kind,
            region=procedure.region,
            side="left",
            levels=("L4-5",),
            payer=payer[0],
            programme=payer[1],
            state="OH",
            on=date(2026, 5, 18),
        )
        option = consider(chart, date(2026, 5, 4), [request]).options[0]
        determination = option.coverage.determination
        if determination is None or determination.status != "undocumented":
            continue
        asking = Asking.about(book(), chart, date(2026, 5, 4), option.request)
        found = policy_questions(asking, option.request, determination)
        assert found is not None
        only_recalled = all(one.warns_only for one in determination.results(determination.open))
        assert found.open or only_recalled, found.policy
        assert all(one.items for one in found.open)
        asked_of.add(found.policy)
    assert len(asked_of) > 8
