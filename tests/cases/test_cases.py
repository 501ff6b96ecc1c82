"""Invented patients, decided by hand. A clinician can write one: see the files of ``invented/``.

A file holds one ``[chart]`` in the words of a case file, and cases that say what is different: ``with`` adds facts, or
replaces those of the same id; ``without`` takes facts away by id; ``complete`` replaces what was asked completely;
``request`` changes the request. ``expect`` says what must come out.
"""

import tomllib
from datetime import date
from math import prod
from pathlib import Path

import msgspec
import pytest

from lenitive.chart import TABLES
from lenitive.chart.finding import Finding
from lenitive.interop.case_file import parse_case_file, read_case_file
from lenitive.interop.case_file_writing import toml_value
from lenitive.reasoning import assess
from lenitive.reasoning.book import book
from lenitive.reasoning.findings import findings_of

HERE = Path(__file__).parent
CASE_KEYS = {"name", "as_of", "complete", "with", "without", "request", "expect", "fails_because"}
EXPECTATIONS = {
    "verdict",
    "why",
    "opens_with",
    "place",
    "target",
    "coverage",
    "policy",
    "policy_id",
    "contractor",
    "reason",
    "warning",
    "criteria",
    "facts",
    "cites",
    "asks",
    "alert",
    "no_alert",
    "hold_from",
    "red_flag",
}


def cases():
    for file in sorted((HERE / "invented").glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        for case in data["case"]:
            unknown = set(case) - CASE_KEYS or set(case["expect"]) - EXPECTATIONS
            assert not unknown, f"{file.name}, {case['name']!r}: there is no {unknown}"
            marks = [pytest.mark.xfail(strict=True, reason=case["fails_because"])] if "fails_because" in case else []
            yield pytest.param(data["chart"], case, id=case["name"], marks=marks)


def changed(chart, case):
    """The chart of the file with what the case changes."""
    data = {key: value for key, value in chart.items() if key not in TABLES}
    data |= {key: case[key] for key in ("name", "as_of", "complete") if key in case}
    gone = set(case.get("without", ()))
    added = case.get("with", {})
    for table in TABLES:
        rows = chart.get(table, [])
        rows = [rows] if isinstance(rows, dict) else rows
        new = added.get(table, [])
        new = [new] if isinstance(new, dict) else new
        replaced = {row.get("id") for row in new}
        kept = [row for row in rows if row.get("id") not in gone | replaced]
        gone -= {row.get("id") for row in rows}
        if kept or new:
            data[table] = [*kept, *new]
    assert not gone, f"the chart has no {gone} to take away"
    if "request" in case:
        data["request"] = {key: value for key, value in (chart["request"] | case["request"]).items() if value != ""}
    return data


def as_text(data):
    top = [f"{key} = {toml_value(value)}" for key, value in data.items() if key not in (*TABLES, "request")]
    blocks = [
        "\n".join([f"[[{table}]]", *(f"{key} = {toml_value(value)}" for key, value in row.items())])
        for table in TABLES
        for row in data.get(table, ())
    ]
    request = "\n".join(["[request]", *(f"{key} = {toml_value(value)}" for key, value in data["request"].items())])
    return "\n\n".join(["\n".join(top), *blocks, request])


def results_of(option):
    """Every criterion that was asked about an option, by name."""
    determinations = [option.gates, option.candidacy, option.contraindications, option.cautions]
    if option.coverage.determination:
        determinations.append(option.coverage.determination)
    found = {}
    for determination in determinations:
        for result in determination.criteria:
            found.setdefault(result.criterion, []).append(result)
    return found


@pytest.mark.parametrize(("chart", "case"), list(cases()))
def test_case(chart, case):
    file = parse_case_file(as_text(changed(chart, case)), file=case["name"])
    assessment = assess(file.chart, file.as_of, requests=[file.request])
    option = next(one for one in assessment.options if one.procedure == file.request.kind)
    for key, wanted in case["expect"].items():
        CHECKS[key](wanted, option, assessment)


def same(name, value_of):
    def check(wanted, option, assessment):
        assert value_of(option, assessment) == wanted, f"{name}; {option.why}"

    return check


def holds(name, value_of):
    def check(wanted, option, assessment):
        texts = value_of(option, assessment)
        assert any(wanted.lower() in text.lower() for text in texts), f"{name}: {wanted!r} is not in {texts}"

    return check


def check_criteria(wanted, option, _):
    asked = results_of(option)
    for name, status in wanted.items():
        assert name in asked, f"{name} was not asked; there are {sorted(asked)}"
        assert {result.status for result in asked[name]} == {status}, name


def check_facts(wanted, option, _):
    asked = results_of(option)
    for name, ids in wanted.items():
        seen = {fact.id for result in asked[name] for fact in result.facts}
        assert set(ids) <= seen, f"{name} names {seen} as its evidence"


def check_cites(wanted, option, _):
    asked = results_of(option)
    for name, source in wanted.items():
        sources = {citation.source for result in asked[name] for citation in result.citations}
        assert source in sources, f"{name} cites {sources}"
        assert all(
            citation.locator and not citation.reference.startswith("unknown source")
            for result in asked[name]
            for citation in result.citations
        )


def titles(option, assessment):
    return [alert.title for alert in (*assessment.alerts, *option.alerts)]


def check_no_alert(wanted, option, assessment):
    assert not any(wanted.lower() in title.lower() for title in titles(option, assessment))


CHECKS = {
    "verdict": same("verdict", lambda option, _: option.verdict),
    "why": holds("why", lambda option, _: [option.why]),
    "opens_with": holds("opens with", lambda option, _: option.opens_with),
    "place": same("place", lambda option, _: option.place),
    "target": same("target", lambda option, _: option.target.status),
    "coverage": same(
        "coverage",
        lambda option, _: option.coverage.determination.status if option.coverage.determination else "none",
    ),
    "policy": same("policy", lambda option, _: option.coverage.chosen.policy or "none"),
    "policy_id": same("policy number", lambda option, _: option.coverage.chosen.policy_id),
    "contractor": same("contractor", lambda option, _: option.coverage.chosen.contractor),
    "reason": holds("reason", lambda option, _: [option.coverage.chosen.reason]),
    "warning": holds("warning", lambda option, _: option.coverage.warnings),
    "criteria": check_criteria,
    "facts": check_facts,
    "cites": check_cites,
    "asks": holds("first question", lambda _, assessment: [assessment.missing[0].question]),
    "alert": holds("alert", titles),
    "no_alert": check_no_alert,
    "hold_from": same("hold from", lambda option, _: min(a.hold_from for a in option.alerts if a.hold_from)),
    "red_flag": holds("red flag", lambda _, a: [flag.id for flag in a.red_flags if flag.status == "met"]),
}


# --- findings that are not independent ---------------------------------------------------------------------------

SIJ_TESTS = ("sij_distraction", "sij_thigh_thrust", "sij_compression", "sij_sacral_thrust")
FOUR_POSITIVE_TESTS = f"""
name = "Four sacroiliac tests that bring the familiar pain"
as_of = 2026-06-01

[[complaint]]
region = "buttock"
side = "left"
true_on = 2025-09-01

[findings]
kind = "examination"
true_on = 2026-05-26
present = {list(SIJ_TESTS)}
"""


def sacroiliac(text):
    file = parse_case_file(text)
    differential = assess(file.chart, file.as_of).differential
    return next(one for answer in differential for one in answer.estimates if one.generator == "sacroiliac_joint")


def codes_of(facts, text):
    """The codes of the findings of a case file that are shown."""
    shown = {fact.id for fact in facts}
    return {finding.code for finding in parse_case_file(text).chart.rows(Finding) if finding.id in shown}


def test_four_sacroiliac_tests_count_as_their_cluster_and_never_as_their_product():
    joint = sacroiliac(FOUR_POSITIVE_TESTS)
    product = prod(book().content.evidence[row].lr_positive for row in single_rows())
    assert product == pytest.approx(49, abs=0.5)
    assert [one.finding for one in joint.contributions] == ["sij_provocation_cluster"]
    contribution = joint.contributions[0]
    assert contribution.ratio < 5
    assert codes_of(contribution.facts, FOUR_POSITIVE_TESTS) == set(SIJ_TESTS)
    odds = joint.probability / (1 - joint.probability) * (1 - joint.prior) / joint.prior
    assert odds == pytest.approx(contribution.ratio)


def single_rows():
    """The rows of the four tests in Laslett's series of 2005."""
    return [
        name
        for name, row in book().content.evidence.items()
        if row.generator == "sacroiliac_joint" and row.finding in SIJ_TESTS and row.source == "laslett-2005-sij"
    ]


# --- the examples of the documentation ---------------------------------------------------------------------------

EXAMPLES = HERE.parents[1] / "examples"


def example(name):
    file = read_case_file(EXAMPLES / name)
    assessment = assess(file.chart, file.as_of, requests=[file.request])
    return assessment, next(one for one in assessment.options if one.procedure == file.request.kind)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_example_is_assessed_and_cites_what_it_says(file):
    assessment, option = example(file.name)
    assert assessment.differential
    assert all(one.citations for results in results_of(option).values() for one in results)
    assert all(one.citation.reference for answer in assessment.differential for one in answer.next_tests)


def test_the_facet_example_is_ready_for_the_payer():
    _, option = example("facet.toml")
    assert option.gates.status == "met"
    assert option.target.status == "met"
    assert option.candidacy.status == "met"
    assert option.coverage.chosen.contractor == "CGS"
    assert option.coverage.determination.status == "met"


def test_the_same_patient_before_the_questions_waits_for_the_one_about_the_leg():
    _, option = example("facet_open.toml")
    assert option.verdict == "undocumented"
    assert option.candidacy.open == ["untreated_radiculopathy"]
    assert "infection" in option.opens_with[0]
    assert any("run down a limb" in question for question in option.opens_with)
    assert option.coverage.determination.violated == []


def test_the_radiculopathy_example_warns_of_the_drug_against_clotting():
    _, option = example("radiculopathy.toml")
    assert option.gates.status == "met"
    assert option.verdict == "undocumented"
    assert "steroid_allergy" in option.contraindications.open
    holds = [alert for alert in option.alerts if alert.hold_from]
    assert min(alert.hold_from for alert in holds) == date(2026, 6, 24)
    assert all("Ask the prescriber before anything is stopped" in alert.action for alert in holds)


def test_a_drug_against_clotting_brings_one_warning_not_one_for_each_row():
    _, option = example("radiculopathy.toml")
    assert len([alert for alert in option.alerts if "Apixaban" in alert.title]) == 1


def test_an_injection_as_a_test_wants_a_source_worth_testing_not_one_already_supported():
    """The sacroiliac example asks for the joint injection as a test: its gate cannot be that very injection."""
    _, option = example("sacroiliac.toml")
    assert option.request.intent == "diagnostic"
    assert option.target.needed == pytest.approx(0.1)
    assert option.verdict == "undocumented"


def test_the_same_injection_as_a_treatment_wants_a_supported_source():
    file = read_case_file(EXAMPLES / "sacroiliac.toml")
    request = msgspec.structs.replace(file.request, intent="therapeutic")
    option = next(
        one
        for one in assess(file.chart, file.as_of, requests=[request]).options
        if one.procedure == "sacroiliac_joint_injection"
    )
    assert option.target.probability < 0.5
    assert option.target.needed == pytest.approx(0.5)
    assert option.verdict == "not yet"


# --- age and sex come from the patient ---------------------------------------------------------------------------


def old_woman(born):
    file = parse_case_file(
        f"""
        as_of = 2026-06-01

        [patient]
        birth_date = {born}
        sex = "female"

        [[complaint]]
        region = "low_back_midline"
        radiates_to = ["calf"]
        true_on = 2026-05-01
        """
    )
    return findings_of(file.chart.as_of(file.as_of), book(), file.as_of)


def test_somebody_born_seventy_one_years_ago_today_is_older_than_seventy():
    assert old_woman("1955-06-01")["age_over_70"].present


def test_somebody_who_turns_seventy_one_tomorrow_is_not_older_than_seventy():
    assert not old_woman("1955-06-02")["age_over_70"].present


def test_the_sex_of_the_patient_counts_in_a_counted_rule():
    seen = old_woman("1950-01-01")
    assert seen["female"].present
    assert seen["henschke_two_or_more"].present
