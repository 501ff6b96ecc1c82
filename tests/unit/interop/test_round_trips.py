"""Whatever a chart holds comes back whole, from a case file and from FHIR."""

import re
from datetime import datetime
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.chart import TABLES, Chart, Request
from lenitive.interop.case_file import parse_case_file
from lenitive.interop.case_file_writing import case_file_text
from lenitive.interop.fhir.reader import charts_of, facts_of_document
from lenitive.interop.fhir.writer import chart_as_bundle, chart_as_json
from lenitive.interop.report import ReadReport
from tests.strategies import DAYS, WORDS, charts, requests

FITTING = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_back(chart: Chart) -> tuple[Chart, ReadReport]:
    report = ReadReport()
    facts = list(facts_of_document(Path("bundle.json"), report, chart_as_json(chart), check_keys=True))
    return Chart.of(facts), report


@FITTING
@given(charts(), st.none() | WORDS, st.none() | DAYS, st.none() | requests())
def test_a_chart_comes_back_whole_from_a_case_file(chart, name, as_of, request):
    case = parse_case_file(case_file_text(chart, name=name, as_of=as_of, request=request))
    assert case.chart.facts == chart.facts
    assert case.chart.patient_id == chart.patient_id
    assert (case.as_of, case.request) == (as_of, request)
    assert name is None or case.name == name


@FITTING
@given(charts())
def test_a_chart_comes_back_whole_from_fhir(chart):
    again, report = read_back(chart)
    assert again.facts == chart.facts
    assert report.refused_count == 0
    assert report.facts.total() == len(chart.facts)


@FITTING
@given(charts())
def test_a_bundle_holds_no_nulls_no_empty_lists_and_no_empty_texts(chart):
    def check(value):
        assert value not in (None, "", [], {})
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(part)

    check(msgspec.json.decode(chart_as_json(chart)))


@FITTING
@given(charts())
def test_a_superseded_or_withdrawn_fact_is_marked_as_wrong_for_other_systems(chart):
    superseded = {fact.supersedes for fact in chart.facts if fact.supersedes}
    for fact, entry in zip(chart.facts, chart_as_bundle(chart)["entry"], strict=True):
        wrong = fact.withdrawn or fact.id in superseded
        text = str(entry["resource"])
        assert ("entered-in-error" in text or entry["resource"].get("active") is False) is wrong


@FITTING
@given(charts())
def test_names_of_resources_are_legal_and_unique(chart):
    entries = chart_as_bundle(chart)["entry"]
    names = [(entry["resource"]["resourceType"], entry["resource"]["id"]) for entry in entries]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", name) for _, name in names)


def test_the_expectations_of_a_case_are_kept(tmp_path):
    text = case_file_text(
        parse_case_file('as_of = 2026-01-01\n[patient]\nid = "p1"\n').chart,
        expect={"pain_is_chronic": "not met", "odd key!": [1, 2.5, True], "inner": {"day": "x"}},
        request=Request(kind="medial_branch_block_lumbar"),
    )
    case = parse_case_file(text)
    assert case.expect == {"pain_is_chronic": "not met", "odd key!": [1, 2.5, True], "inner": {"day": "x"}}
    assert case.request == Request(kind="medial_branch_block_lumbar")


def test_texts_that_fhir_does_not_allow_come_back_too():
    odd = {"id": "c", "patient": "p 1", "recorded_at": datetime(2026, 1, 1), "region": " "}
    complaint = TABLES["complaint"](**odd, radiates_to=("", "a\x00b", " c "), description="", quality=("\n",))
    chart = Chart.of([complaint])
    assert read_back(chart)[0].facts == chart.facts
    assert parse_case_file(case_file_text(chart)).chart.facts == chart.facts


def test_every_table_is_tried():
    seen = set()

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(charts())
    def collect(chart):
        seen.update(type(fact) for fact in chart.facts)

    collect()
    assert seen == set(TABLES.values())


def test_a_resource_of_ours_that_somebody_disowned_is_no_fact_any_more():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\n[[measure]]\ninstrument = "nrs"\nscore = 7\n'
        '[[complaint]]\nregion = "buttock"\n'
    ).chart
    bundle = chart_as_json(chart)
    disowned = bundle.replace(b'"status":"final"', b'"status":"entered-in-error"')
    report = ReadReport()
    [read] = charts_of(facts_of_document(Path("b.json"), report, disowned), report, "b.json")
    tables = [type(fact).__name__ for fact in read.facts]
    assert sorted(tables) == ["Complaint", "Patient"]
    assert report.set_aside["Observation", "written by us, entered in error since"] == 1


def test_a_goal_that_somebody_disowned_is_no_goal_any_more():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\n[[goal]]\nkind = "activity"\ntext = "walk"\n'
    ).chart
    disowned = chart_as_json(chart).replace(b'"lifecycleStatus":"active"', b'"lifecycleStatus":"entered-in-error"')
    report = ReadReport()
    [read] = charts_of(facts_of_document(Path("b.json"), report, disowned), report, "b.json")
    assert [type(fact).__name__ for fact in read.facts] == ["Patient"]
    assert report.set_aside["Goal", "written by us, entered in error since"] == 1


def test_a_resource_of_ours_that_another_program_set_aside_is_set_aside_for_its_reason():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\n[[finding]]\ncode = "fever"\npresent = true\nside = "left"\n'
    ).chart
    cancelled = chart_as_json(chart).replace(b'"status":"final"', b'"status":"cancelled"')
    report = ReadReport()
    assert [type(fact).__name__ for fact in facts_of_document(Path("b.json"), report, cancelled)] == ["Patient"]
    assert report.set_aside["Observation", "status cancelled"] == 1
    assert report.refused_count == 0


def test_a_mark_of_a_table_that_does_not_exist_is_refused_with_its_place():
    chart = parse_case_file('as_of = 2026-01-01\n[patient]\nid = "p1"\n[[complaint]]\nregion = "buttock"\n').chart
    wrong = chart_as_json(chart).replace(b"urn:lenitive:fact:complaint", b"urn:lenitive:fact:lament")
    report = ReadReport()
    assert len(list(facts_of_document(Path("b.json"), report, wrong))) == 1
    assert [(one.problem, one.path) for one in report.refused] == [("its mark names no fact table", "Condition")]


def test_what_another_program_changed_in_a_standard_element_is_read_as_it_now_stands():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\n'
        '[[measure]]\ninstrument = "nrs"\nscore = 7\nunit = "{score}"\nloinc = "72514-3"\n'
    ).chart
    changed = chart_as_json(chart).replace(b'"value":7.0', b'"value":5.0')
    measures = [fact for fact in facts_of_document(Path("b.json"), ReadReport(), changed) if hasattr(fact, "score")]
    assert [measure.score for measure in measures] == [5.0]


@FITTING
@given(charts())
def test_a_chart_comes_back_whole_when_another_program_put_its_elements_in_another_order(chart):
    bundle = msgspec.json.decode(chart_as_json(chart))
    for entry in bundle["entry"]:
        kind = entry["resource"].pop("resourceType")
        entry["resource"] = {"resourceType": kind} | dict(sorted(entry["resource"].items(), reverse=True))
        entry["resource"]["text"] = {"status": "empty", "div": f"<div>{'·' * 600}</div>"}
        entry["resource"]["identifier"] = entry["resource"].pop("identifier")
    data = msgspec.json.encode(bundle)
    assert Chart.of(facts_of_document(Path("b.json"), ReadReport(), data, check_keys=True)).facts == chart.facts


def test_a_fact_keeps_its_id_where_the_standard_elements_make_several():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\n'
        '[[medication]]\nid = "m1"\nlabel = "hydrocodone and acetaminophen"\nstatus = "active"\n'
    ).chart
    assert read_back(chart)[0].facts == chart.facts
