"""FHIR R4 to facts: one rule a test, on small invented resources."""

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from lenitive.chart import Chart
from lenitive.chart.measure import Measure
from lenitive.codes import LENITIVE
from lenitive.errors import BadInputError
from lenitive.interop.fhir.observations import ONLY_ISSUED
from lenitive.interop.fhir.reader import facts_from_ndjson
from lenitive.interop.reading import facts_from, read_any, read_chart
from lenitive.interop.report import ReadReport
from lenitive.interop.scales import GOAL_OFF_SCALE, OFF_SCALE

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1961-04-02"}
SUBJECT = {"reference": "Patient/p1"}


def coded(system, code, display=None):
    return {"coding": [{"system": system, "code": code} | ({"display": display} if display else {})]}


def loinc(code):
    return coded("http://loinc.org", code)


def observation(code="72514-3", **more):
    base = {"resourceType": "Observation", "id": "o1", "status": "final", "code": loinc(code), "subject": SUBJECT}
    valued = any(key.startswith(("value", "component", "dataAbsent")) for key in more)
    return base | {"effectiveDateTime": "2026-03-02"} | more | ({} if valued else {"valueInteger": 3})


def condition(**more):
    return {"resourceType": "Condition", "id": "c1", "subject": SUBJECT} | more


def medication_request(**more):
    base = {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order", "subject": SUBJECT}
    return base | {"authoredOn": "2026-01-05"} | more


def rxnorm(code, display=None):
    return coded("http://www.nlm.nih.gov/research/umls/rxnorm", code, display)


def bundle(*resources, kind="collection", **entry):
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": resource} | entry for resource in resources]}


def as_line(resource):
    return json.dumps(resource).encode()


def written(tmp_path, content, name="chart.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.fixture
def read(tmp_path):
    """Reads resources as one Bundle with the invented patient; gives the chart and the report."""

    def reading(*resources) -> tuple[Chart, ReadReport]:
        report = ReadReport()
        return read_chart(written(tmp_path, bundle(PATIENT, *resources)), report), report

    return reading


@pytest.fixture
def one(read):
    """Reads one resource and gives the one fact of a table."""

    def reading(table, *resources):
        (fact,) = read(*resources)[0].table(table)
        return fact

    return reading


# --- forms


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "document", "batch"])
def test_a_bundle_of_any_type(tmp_path, kind):
    assert read_chart(written(tmp_path, bundle(PATIENT, observation(), kind=kind))).table("measure")


def test_a_bare_resource_a_list_and_lines_say_the_same(tmp_path):
    lines = "\n".join(map(json.dumps, [PATIENT, observation()])).encode()
    charts = [
        read_chart(written(tmp_path, [PATIENT, observation()], "x.json")),
        read_chart(written(tmp_path, lines, "x.ndjson")),
        read_chart(written(tmp_path, lines, "lines.json")),
        read_chart(written(tmp_path, bundle(PATIENT, observation()), "x.json")),
    ]
    ids = [[fact.id for fact in chart.facts] for chart in charts]
    assert ids == [["Patient/p1", "Observation/o1"]] * 4
    assert read_chart(written(tmp_path, observation())).patient_id == "p1"


def test_a_folder_of_files_in_any_order(tmp_path):
    written(tmp_path, json.dumps(PATIENT).encode(), "Patient.ndjson")
    written(tmp_path, json.dumps(observation()).encode(), "Observation.ndjson")
    written(tmp_path, bundle(PATIENT | {"id": "p2"}), "other.json")
    written(tmp_path, b"<Bundle/>", "broken.json")
    report = ReadReport()
    assert [chart.patient_id for chart in read_any(tmp_path, report)] == ["p1", "p2"]
    assert [refusal.problem for refusal in report.refused] == ["this is XML"]


def test_several_files_are_one_input_and_a_broken_one_is_refused_alone(tmp_path):
    request = medication_request(medicationReference={"reference": "Medication/m"})
    paths = [
        written(tmp_path, as_line(request), "a.ndjson"),
        written(tmp_path, gzip.compress(as_line(observation()) * 99)[:-9], "b.ndjson.gz"),
        written(tmp_path, as_line({"resourceType": "Medication", "id": "m", "code": rxnorm("11289")}), "c.ndjson"),
        written(tmp_path, b"what is this", "d.json"),
        tmp_path / "none.json",
    ]
    report = ReadReport()
    drugs = [fact.ingredient for fact in facts_from(paths, report) if hasattr(fact, "ingredient")]
    assert drugs == ["warfarin"]
    assert sorted(refusal.file.rpartition("/")[2] for refusal in report.refused) == [
        "b.ndjson.gz",
        "d.json",
        "none.json",
    ]


def test_gzip_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path):
    lines = b"\xef\xbb\xbf" + b"\r\n".join(json.dumps(item).encode() for item in [PATIENT, observation()]) + b"\r\n\r\n"
    assert len(read_chart(written(tmp_path, lines, "a.ndjson")).facts) == 2
    assert len(read_chart(written(tmp_path, gzip.compress(lines), "a.ndjson.gz")).facts) == 2
    assert len(read_chart(written(tmp_path, gzip.compress(lines), "b.ndjson")).facts) == 2
    document = b"\xef\xbb\xbf" + json.dumps(bundle(PATIENT)).encode()
    assert len(read_chart(written(tmp_path, document)).facts) == 1


def test_names_in_any_script_are_kept(tmp_path, read):
    patient = PATIENT | {
        "name": [{"use": "nickname", "text": "Аня"}, {"use": "official", "family": "山田", "given": ["花子", None]}]
    }
    assert read_chart(written(tmp_path, patient)).patient.name == "花子 山田"


# --- what is refused


def refusals(tmp_path, *lines: bytes, name="Observation.ndjson"):
    report = ReadReport()
    facts = list(facts_from_ndjson(written(tmp_path, b"\n".join(lines), name), report))
    return facts, report


def test_a_broken_line_is_refused_alone_with_its_number(tmp_path):
    good = json.dumps(observation()).encode()
    facts, report = refusals(tmp_path, good, b'{"resourceType":"Observation", oops}', good.replace(b"o1", b"o2"))
    assert [fact.id for fact in facts] == ["Observation/o1", "Observation/o2"]
    assert [(refusal.file, refusal.place) for refusal in report.refused] == [("Observation.ndjson", "line 2")]
    assert report.records == 3


@pytest.mark.parametrize(
    ("line", "problem", "path"),
    [
        (b'{"resourceType":"Observation","id":"x","sta', "not JSON", "Observation"),
        (b'{"resourceType":"Encounter","id":"x","sta', "not JSON", ""),
        (b"[1, 2]", "found array", ""),
        (b'{"id": "x"}', "no resourceType", "resourceType"),
        (b'{"resourceType":"Observation","id":"x","code":{"text":"\xfc"}}', "not UTF-8", "Observation"),
        (b'{"resourceType":"Observation","status":7}', "found int", "Observation.status"),
        (
            json.dumps(observation(effectiveDateTime="last week")).encode(),
            "no FHIR date",
            "Observation.effectiveDateTime",
        ),
        (json.dumps(observation(issued="2026-13-01")).encode(), "no FHIR date", "Observation.issued"),
        (
            json.dumps(observation(valueQuantity={"value": "7"})).encode(),
            "found str",
            "Observation.valueQuantity.value",
        ),
        (json.dumps(condition(clinicalStatus="active")).encode(), "STU3", "Condition.clinicalStatus"),
        (json.dumps(condition(assertedDate="2020-01-01")).encode(), "FHIR STU3", "Condition"),
        (json.dumps(medication_request(medication={"concept": {}})).encode(), "FHIR R5", "MedicationRequest"),
        (
            json.dumps({"resourceType": "Procedure", "occurrenceDateTime": "2020-01-01", "subject": SUBJECT}).encode(),
            "FHIR R5",
            "Procedure",
        ),
        (
            json.dumps(condition(onsetDateTime="2020-02-01", abatementDateTime="2020-01-01")).encode(),
            "end is before the beginning",
            "Condition",
        ),
    ],
)
def test_why_a_line_is_refused(tmp_path, line, problem, path):
    facts, report = refusals(tmp_path, line)
    assert facts == []
    assert report.refused_count == report.records == 1
    assert problem in report.refused[0].problem
    assert report.refused[0].path == path


def test_no_value_of_a_patient_stands_in_a_refusal(tmp_path):
    secret = "SECRET-1951"
    lines = [
        json.dumps(observation(effectiveDateTime=secret)).encode(),
        json.dumps(observation(valueQuantity={"value": secret})).encode(),
        json.dumps(PATIENT | {"name": secret}).encode(),
        json.dumps(PATIENT | {"birthDate": secret}).encode(),
        json.dumps(observation(subject={"reference": f"Patient?identifier=mrn|{secret}"}, valueInteger=3)).encode(),
    ]
    _, report = refusals(tmp_path, *lines)
    assert report.refused_count == 4
    assert secret not in json.dumps([report.as_plain(), report.as_operation_outcome()])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b"", "nothing"),
        (b"name = 'x'", "neither JSON nor NDJSON"),
        (b'{"resourceType": "Bundle", "entry": [}', "line 1, column 3"),
        (b'{\n"resourceType": "Bundle",\n"entry" [] }', "line 3"),
        (b'{"cards": []}', "no resourceType"),
        (b'{"resourceType": "Patient", "id": "p1", "id": "p2"}', "the key 'id' stands twice"),
        ('{"resourceType": "Patient", "id": "p1", "name": [{"text": "Möller"}]}'.encode("latin-1"), "Latin-1"),
        (b'{"resourceType": "Patient", "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deeply"),
        (b'{"resourceType": "Patient", "x": ' + b"[" * 64 + b"]" * 64 + b"}", "nested too deeply"),
        (gzip.compress(b'{"resourceType": "Patient", "id": "p1"}')[:-9], "gzip"),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else value,
)
def test_why_a_document_is_refused(tmp_path, content, told):
    with pytest.raises(BadInputError) as caught:
        read_chart(written(tmp_path, content))
    assert told in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert caught.value.exit_code == 3


def test_63_levels_are_not_too_many(tmp_path):
    deep = b'{"resourceType": "Patient", "id": "p1", "x": ' + b"[" * 63 + b"]" * 63 + b"}"
    assert read_chart(written(tmp_path, deep)).patient_id == "p1"


def test_brackets_inside_a_text_are_no_levels(tmp_path):
    assert read_chart(written(tmp_path, PATIENT | {"name": [{"text": "[{" * 500}]})).patient


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_line_of_ten_thousand_levels_is_refused_alone(tmp_path, size):
    deep = (
        b'{"resourceType":"Observation","id":"x","y":'
        + b"[" * 10_000
        + b'"'
        + b"a" * size
        + b'"'
        + b"]" * 10_000
        + b"}"
    )
    facts, report = refusals(tmp_path, deep, json.dumps(observation(valueInteger=3)).encode())
    assert len(facts) == 1
    assert report.refused_count == 1
    assert "nested" in report.refused[0].problem


def test_a_part_of_an_observation_that_is_not_understood_is_counted(read):
    known = {"code": loinc("8480-6"), "valueQuantity": {"value": 121, "unit": "mmHg"}}
    parts = [known, {"code": loinc("99999-9"), "valueInteger": 1}, {"valueInteger": 2}, {"code": loinc("8462-4")}]
    chart, report = read(observation("85354-9", component=parts))
    assert len(chart.rows(Measure)) == 1
    assert report.unknown_codes == {"http://loinc.org|99999-9": 1}
    assert report.notes["an observation, or a part of one, has no code"] == 1
    assert report.notes["a part of an observation has no value of a form that the chart holds"] == 1


def test_one_broken_entry_is_refused_alone(tmp_path):
    content = bundle(PATIENT, observation(valueInteger=4), observation(status=4))
    content["entry"] += [{"request": {"method": "DELETE", "url": "Patient/p9"}}, "not an entry"]
    report = ReadReport()
    chart = read_chart(written(tmp_path, content), report)
    assert len(chart.table("measure")) == 1
    assert [refusal.place for refusal in report.refused] == ["entry 3", "entry 5"]
    assert report.ignored["entry without a resource"] == 1
    assert report.records == 5


def test_a_file_that_does_not_exist(tmp_path):
    with pytest.raises(BadInputError, match="no such file"):
        read_chart(tmp_path / "none.json")


def test_a_document_over_the_limit(tmp_path, monkeypatch):
    from lenitive.interop import opening

    path = written(tmp_path, gzip.compress(b" " * 5000))
    with pytest.raises(BadInputError, match="larger than"):
        opening.document_bytes(path, limit=4000)


# --- patients and references


def test_two_patients_in_one_bundle_are_no_single_chart(tmp_path):
    other = PATIENT | {"id": "p2"}
    path = written(tmp_path, bundle(PATIENT, other, observation(valueInteger=3)))
    with pytest.raises(BadInputError, match="facts of 2 patients"):
        read_chart(path)
    assert [chart.patient_id for chart in read_any(path, ReadReport())] == ["p1", "p2"]


def test_a_chart_without_facts_says_what_was_refused(tmp_path):
    with pytest.raises(BadInputError, match=r"1 record was refused, the first: .*no FHIR date"):
        read_chart(written(tmp_path, PATIENT | {"birthDate": "x"}))


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "Patient/p1/_history/2",
        "https://a.example/fhir/Patient/p1",
        "urn:uuid:1",
        "Patient?identifier=mrn|7",
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_references_of_any_form_forward_and_backward(tmp_path, reference, forward):
    patient = {"fullUrl": "urn:uuid:1", "resource": PATIENT | {"identifier": [{"system": "mrn", "value": "7"}]}}
    value = {"resource": observation(subject={"reference": reference}, valueInteger=3)}
    entries = [value, patient] if forward else [patient, value]
    report = ReadReport()
    chart = read_chart(written(tmp_path, {"resourceType": "Bundle", "type": "transaction", "entry": entries}), report)
    assert chart.table("measure")[0].patient == "p1"
    assert not report.unresolved


def test_the_patient_of_another_server_is_not_the_one_of_this_id_here(tmp_path):
    def scored(server: str, value: int) -> dict[str, object]:
        subject = {"reference": f"{server}/fhir/Patient/1/_history/2"}
        return {**observation("72514-3", valueInteger=value), "id": f"o{value}", "subject": subject}

    lines = [scored(server, value) for value, server in enumerate(("http://a.org", "https://a.org", "http://b.org"))]
    report = ReadReport()
    chart = read_chart(written(tmp_path, b"\n".join(map(as_line, lines)), "lines.ndjson"), report)
    assert [one.score for one in chart.table("measure")] == [0, 1]
    [refusal] = report.refused
    assert "line 3" in str(refusal)
    assert "the patient is one of another server" in str(refusal)


def test_two_servers_patients_of_one_id_are_not_merged(tmp_path):
    entries = [
        {"fullUrl": f"{server}/Patient/p1", "resource": PATIENT | {"birthDate": born}}
        for server, born in (("http://a.org/fhir", "1960-01-01"), ("http://b.org/fhir", "1990-01-01"))
    ]
    document = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    report = ReadReport()
    chart = read_chart(written(tmp_path, document), report)
    assert chart.patient.birth_date == date(1960, 1, 1)
    assert "another server" in str(report.refused[0])


def test_an_unresolved_reference_is_kept_and_listed(tmp_path):
    report = ReadReport()
    chart = read_chart(written(tmp_path, observation(subject={"reference": "urn:uuid:9"}, valueInteger=3)), report)
    assert chart.patient_id == "urn:uuid:9"
    assert dict(report.unresolved) == {"urn:uuid:9": 1}


def test_a_subject_that_is_no_patient_is_set_aside(read):
    _, report = read(observation(subject={"reference": "Group/7"}, valueInteger=3))
    assert report.set_aside["Observation", "no patient"] == 1


def test_a_missing_subject_is_the_only_patient_of_a_bundle_with_a_note(read):
    chart, report = read(observation(subject=None, valueInteger=3))
    assert chart.table("measure")
    assert sum(report.notes.values()) == 1


def test_a_missing_subject_among_two_patients_is_nobody(tmp_path):
    report = ReadReport()
    path = written(tmp_path, bundle(PATIENT, PATIENT | {"id": "p2"}, observation(subject=None)))
    assert [len(chart.facts) for chart in read_any(path, report)] == [1, 1]
    assert report.set_aside["Observation", "no patient"] == 1


def test_the_same_file_twice_gives_the_same_ids(tmp_path):
    nameless = {key: value for key, value in observation(valueInteger=3).items() if key != "id"}
    path = written(tmp_path, bundle(PATIENT, nameless, observation(valueInteger=4)))
    first, again = read_chart(path), read_chart(path)
    assert first.facts == again.facts


def test_the_same_resource_twice_is_read_once_and_a_newer_version_supersedes(tmp_path):
    old = observation(valueInteger=3, issued="2026-03-02T10:00:00Z")
    new = observation(valueInteger=4, issued="2026-03-05T10:00:00Z")
    report = ReadReport()
    chart = read_chart(written(tmp_path, bundle(PATIENT, new, old, old)), report)
    assert [measure.score for measure in chart.table("measure")] == [4]
    assert [measure.score for measure in chart.as_of(date(2026, 3, 3)).table("measure")] == [3]
    assert report.notes["the same record again: read once"] == 1


def test_an_outcome_in_a_searchset_is_ignored(read):
    chart, report = read({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "x"}]})
    assert report.ignored == {"OperationOutcome": 1}
    assert len(chart.facts) == 1


# --- patient


def test_a_birth_year_alone_is_a_range(tmp_path):
    patient = read_chart(written(tmp_path, PATIENT | {"birthDate": "1961"})).patient
    assert (patient.birth_date, patient.birth_by) == (date(1961, 1, 1), date(1961, 12, 31))


def test_a_patient_without_a_date_of_the_server_is_known_from_birth(tmp_path):
    chart = read_chart(written(tmp_path, PATIENT))
    assert chart.as_of(date(1990, 1, 1)).patient.sex == "female"


# --- days


@pytest.mark.parametrize(
    ("effective", "true_on", "true_by"),
    [
        ("2026-03-02", date(2026, 3, 2), None),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-03-02T23:30:00-11:00", date(2026, 3, 2), None),
        ("2026-03-02T23:30:00.123456789Z", date(2026, 3, 2), None),
    ],
)
def test_a_rough_day_is_a_range_and_a_zone_does_not_move_the_day(one, effective, true_on, true_by):
    measure = one("measure", observation(effectiveDateTime=effective, valueInteger=3))
    assert (measure.true_on, measure.true_by) == (true_on, true_by)


def test_a_period_is_a_range(one):
    period = {"start": "2026-03-01", "end": "2026-03-04"}
    measure = one("measure", observation(effectiveDateTime=None, effectivePeriod=period, valueInteger=3))
    assert (measure.true_on, measure.true_by) == (date(2026, 3, 1), date(2026, 3, 4))


def test_recorded_at_is_the_date_of_writing_else_the_servers_else_the_day_itself(one):
    meta = {"lastUpdated": "2026-04-01T00:00:00Z"}
    issued = one("measure", observation(valueInteger=3, issued="2026-03-03T08:00:00Z", meta=meta))
    stored = one("measure", observation(valueInteger=3, meta=meta))
    bare = one("measure", observation(valueInteger=3))
    assert issued.recorded_at == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert stored.recorded_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert bare.recorded_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_fact_without_any_date_is_never_hidden_and_is_noted(read):
    chart, report = read(observation(effectiveDateTime=None, valueInteger=3))
    assert chart.as_of(date(1950, 1, 1)).table("measure")
    assert report.notes["no date at all in the resource: taken as known from the beginning"] == 1


# --- observations


def test_a_score(one):
    quantity = {"value": 7, "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"}
    measure = one("measure", observation(valueQuantity=quantity))
    assert (measure.instrument, measure.score, measure.unit, measure.loinc) == ("nrs", 7.0, "{score}", "72514-3")
    assert not measure.computed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"valueString": "<5"}, "<5"),
        ({"valueString": "7"}, "7"),
        ({"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}}, "<5 mg/L"),
        ({"valueCodeableConcept": {"text": "negative"}}, "negative"),
        ({"dataAbsentReason": coded("x", "not-performed")}, "no value (not-performed)"),
        ({"valueBoolean": True}, "true"),
    ],
)
def test_what_is_no_plain_number_never_becomes_one(one, value, text):
    measure = one("measure", observation(**value))
    assert (measure.score, measure.text) == (None, text)


def test_a_laboratory_value_without_a_unit_is_text_but_a_ratio_needs_none(one):
    assert one("measure", observation("2160-0", valueQuantity={"value": 1.1})).text == "1.1"
    assert one("measure", observation("6301-6", valueQuantity={"value": 1.1})).score == 1.1


@pytest.mark.parametrize(
    ("value", "score", "text"),
    [(70, None, "70"), (-5, None, "-5"), (10.5, None, "10.5"), (10, 10, None), (0.7, 0.7, None)],
)
def test_a_score_off_its_scale_is_no_score(read, value, score, text):
    chart, report = read(observation("72514-3", valueQuantity={"value": value}))
    [measure] = chart.table("measure")
    assert (measure.score, measure.text) == (score, text)
    assert report.notes[OFF_SCALE] == (score is None)


def test_pain_severity_is_a_0_to_10_scale_only_if_its_unit_says_so(one):
    assert one("measure", observation("38208-5", valueQuantity={"value": 3})).instrument == "pain_severity"
    assert one("measure", observation("38208-5", valueQuantity={"value": 3, "unit": "{score}"})).instrument == "nrs"
    assert one("measure", observation("38221-8", valueQuantity={"value": 3})).instrument == "wong_baker_faces"
    assert one("measure", observation("89204-2", valueQuantity={"value": 3})).instrument == "phq9_teen"


def test_an_observation_with_components_only(read):
    pressure = observation(
        "85354-9",
        component=[
            {"code": loinc("8480-6"), "valueQuantity": {"value": 120, "code": "mm[Hg]"}},
            {"code": loinc("8462-4"), "valueQuantity": {"value": 80, "code": "mm[Hg]"}},
            {"code": loinc("99999-9"), "valueQuantity": {"value": 1}},
        ],
    )
    measures = read(pressure)[0].table("measure")
    assert {(m.id, m.instrument, m.score) for m in measures} == {
        ("Observation/o1#8480-6", "systolic", 120),
        ("Observation/o1#8462-4", "diastolic", 80),
    }


def peg(*items, when="2026-03-02T10:00:00Z"):
    codes = {"p": "75893-8", "e": "91145-3", "g": "91146-1", "mean": "91147-9"}
    return [
        observation(codes[item], id=f"{item}-{when[:10]}", effectiveDateTime=when, valueQuantity={"value": value})
        for item, value in items
    ]


def means(chart):
    return [(m.score, m.computed) for m in chart.table("measure") if m.instrument == "peg"]


def test_three_peg_items_of_one_time_point_make_a_computed_mean(read):
    assert means(read(*peg(("p", 4), ("e", 5), ("g", 9)))[0]) == [(6.0, True)]


def test_two_items_or_items_of_two_time_points_make_no_mean(read):
    assert means(read(*peg(("p", 4), ("e", 5)))[0]) == []
    later = peg(("g", 9), when="2026-03-02T11:00:00Z")
    assert means(read(*peg(("p", 4), ("e", 5)), *later)[0]) == []


def test_a_recorded_mean_is_not_computed_again(read):
    assert means(read(*peg(("p", 4), ("e", 5), ("g", 9), ("mean", 6.1)))[0]) == [(6.1, False)]


def test_items_out_of_range_make_no_mean(read):
    chart, report = read(*peg(("p", 4), ("e", 5), ("g", 90)))
    assert means(chart) == []
    assert report.notes["items of peg out of range: no mean was computed"] == 1


def test_items_of_two_patients_make_no_mean(tmp_path):
    items = peg(("p", 4), ("e", 5), ("g", 9))
    items[2]["subject"] = {"reference": "Patient/p2"}
    charts = list(read_any(written(tmp_path, bundle(*items)), ReadReport()))
    assert [means(chart) for chart in charts] == [[], []]


def test_unknown_codes_are_counted_with_their_system(read):
    chart, report = read(observation("99999-1", valueInteger=3))
    assert chart.table("measure") == ()
    assert dict(report.unknown_codes) == {"http://loinc.org|99999-1": 1}
    assert report.set_aside["Observation", "a code that the chart does not use"] == 1


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_observations_that_do_not_hold_are_set_aside(read, status):
    chart, report = read(observation(status=status, valueInteger=3))
    assert chart.table("measure") == ()
    assert report.set_aside["Observation", f"status {status}"] == 1


def test_an_observation_in_our_own_codes_is_a_finding(one):
    finding = one("finding", observation() | {"code": coded("urn:lenitive:codes", "slump_test"), "valueBoolean": False})
    assert (finding.code, finding.present) == ("slump_test", False)


# --- conditions and allergies

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


def verified(status):
    return coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", status)


def test_a_condition_keeps_its_codes_and_gets_our_concept(one):
    found = one(
        "condition",
        condition(
            code=coded(ICD10, "M54.16") | {"text": "Radiculopathy, right leg"},
            clinicalStatus=coded("x", "resolved"),
            verificationStatus=verified("provisional"),
            onsetDateTime="2024-05",
            abatementDateTime="2025",
            bodySite=[{"text": "right leg"}],
        ),
    )
    assert (found.code, found.icd10, found.label) == ("lumbar_radiculopathy", "M54.16", "Radiculopathy, right leg")
    assert (found.status, found.certainty, found.side) == ("resolved", "provisional", "right")
    assert (found.true_on, found.true_by, found.until) == (date(2024, 5, 1), date(2024, 5, 31), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("system", "code", "concept", "side", "levels"),
    [
        (ICD10, "M54.5", "low_back_pain", None, ()),
        (ICD10, "M54.51", "vertebrogenic_low_back_pain", None, ()),
        (ICD10, "M54.41", "lumbago_with_sciatica", "right", ()),
        (ICD10, "M50.121", "cervical_disc_with_radiculopathy", None, ("C4-5",)),
        (ICD10, "M51.36", "lumbar_disc_degeneration", None, ()),
        (ICD10, "Z00.0", None, None, ()),
        (SNOMED, "278860009", "low_back_pain", None, ()),
        (SNOMED, "203082005", "fibromyalgia", None, ()),
    ],
)
def test_our_concept_side_and_level_by_code(one, system, code, concept, side, levels):
    found = one("condition", condition(code=coded(system, code, "words")))
    assert (found.code, found.side, found.levels) == (concept, side, levels)


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_condition_is_no_fact(read, status):
    chart, report = read(condition(code=coded(ICD10, "M54.16"), verificationStatus=verified(status)))
    assert chart.table("condition") == ()
    assert report.set_aside["Condition", f"verification status {status}"] == 1
    assert report.read["Condition"] == 1


def allergy(code, **more):
    return {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT, "code": code} | more


def test_no_known_allergy_is_an_attestation(read):
    chart, _ = read(allergy(coded(SNOMED, "716186003"), recordedDate="2026-03-02", clinicalStatus=coded("x", "active")))
    assert chart.table("allergy") == ()
    assert chart.is_complete(["allergy"])
    assert read(allergy({"text": "NKDA"}))[0].is_complete(["allergy:drug"])


def test_no_known_allergy_that_is_resolved_attests_nothing(read):
    chart, report = read(allergy(coded(SNOMED, "716186003"), clinicalStatus=coded("x", "resolved")))
    assert not chart.is_complete(["allergy"])
    assert report.set_aside["AllergyIntolerance", "says that no allergy is known, but is resolved"] == 1


def test_an_allergy_with_its_reaction(one):
    reaction = [{"manifestation": [{"text": "hives"}], "severity": "mild"}, {"severity": "severe"}]
    found = one("allergy", allergy(coded(SNOMED, "7", "Iodinated contrast media (substance)"), reaction=reaction))
    assert (found.substance, found.code, found.reaction) == ("iodinated contrast", f"{SNOMED}|7", "hives")
    assert (found.severity, found.active) == ("severe", None)
    assert one("allergy", allergy({"text": "Lidocaine patch"})).substance == "lidocaine"
    assert one("allergy", allergy({"text": "Gadolinium contrast media"})).substance == "Gadolinium contrast media"
    assert one("allergy", allergy({"text": "Shellfish"}, clinicalStatus=coded("x", "inactive"))).active is False


# --- medications


@pytest.mark.parametrize(
    ("concept", "ingredient", "matched", "drug_class"),
    [
        (rxnorm("11289"), "warfarin", "code", "anticoagulant"),
        (rxnorm("835603", "something else"), "tramadol", "code", "opioid"),
        (rxnorm("855332", "Warfarin Sodium 5 MG Oral Tablet"), "warfarin", "name", "anticoagulant"),
        ({"text": "CLOPIDOGREL 75 mg"}, "clopidogrel", "name", "antiplatelet"),
        (rxnorm("1", "Lisinopril 10 MG"), "lisinopril", "name", "ace_inhibitor_or_sartan"),
        ({"text": "Zoledronic acid 5 MG per 100 ML"}, "zoledronate", "name", "osteoporosis"),
        ({"text": "Paracetamol 500 mg"}, "acetaminophen", "name", "adjuvant"),
        (rxnorm("1", "Metformin 500 MG"), None, None, None),
    ],
)
def test_the_ingredient_by_code_then_product_then_name(one, concept, ingredient, matched, drug_class):
    found = one("medication", medication_request(medicationCodeableConcept=concept))
    assert (found.ingredient, found.matched, found.drug_class) == (ingredient, matched, drug_class)


def test_a_product_of_two_ingredients_gives_two_facts(read):
    product = rxnorm("1049221", "Acetaminophen 325 MG / Oxycodone Hydrochloride 5 MG Oral Tablet")
    facts = read(medication_request(medicationCodeableConcept=product))[0].table("medication")
    assert {(fact.id, fact.ingredient) for fact in facts} == {
        ("MedicationRequest/m1#acetaminophen", "acetaminophen"),
        ("MedicationRequest/m1#oxycodone", "oxycodone"),
    }


def test_a_contained_medication_and_one_that_comes_later(one):
    product = {"resourceType": "Medication", "id": "med1", "code": rxnorm("1364430", "apixaban")}
    inside = medication_request(contained=[product], medicationReference={"reference": "#med1"})
    outside = medication_request(medicationReference={"reference": "Medication/med1"})
    assert one("medication", inside).ingredient == "apixaban"
    assert one("medication", outside, product).ingredient == "apixaban"
    assert one("medication", product, outside).ingredient == "apixaban"


def test_a_medication_that_nobody_describes_is_listed(read):
    chart, report = read(medication_request(medicationReference={"reference": "Medication/9", "display": "Aspirin 81"}))
    assert chart.table("medication")[0].ingredient == "aspirin"
    assert dict(report.unresolved) == {"Medication/9": 1}


def test_dose_and_frequency(one):
    dosage = {
        "text": "10 mg twice a day",
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "boundsPeriod": {"end": "2026-02-01"}}},
        "route": {"text": "oral"},
        "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg"}}],
    }
    found = one("medication", medication_request(medicationCodeableConcept=rxnorm("7804"), dosageInstruction=[dosage]))
    assert (found.dose, found.unit, found.times_a_day, found.route) == (10, "mg", 2, "oral")
    assert (found.frequency, found.until) == ("10 mg twice a day", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("repeat", "times"),
    [
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, 3),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, 1 / 7),
        ({"period": 12, "periodUnit": "h"}, 2),
        ({"frequency": 1, "period": 0, "periodUnit": "h"}, None),
        ({}, None),
    ],
)
def test_times_a_day(one, repeat, times):
    dosage = [{"timing": {"repeat": repeat}}]
    found = one("medication", medication_request(medicationCodeableConcept=rxnorm("7804"), dosageInstruction=dosage))
    assert found.times_a_day == pytest.approx(times)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"status": "active"}, "active"),
        ({"status": "stopped"}, "stopped"),
        ({"status": "unknown"}, None),
        ({"status": "active", "intent": "proposal"}, "intended"),
        ({"status": "active", "intent": "plan"}, "intended"),
        ({"status": "active", "intent": "plan", "reportedBoolean": False}, "intended"),
        ({"status": "active", "intent": "plan", "reportedBoolean": True}, "active"),
        ({"status": "stopped", "intent": "plan", "reportedBoolean": True}, "stopped"),
        ({"status": "active", "intent": "plan", "reportedReference": {"reference": "Patient/p1"}}, "active"),
    ],
)
def test_the_status_of_a_prescription(one, more, status):
    found = one("medication", medication_request(medicationCodeableConcept=rxnorm("7804"), **more))
    assert (found.status, found.until) == (status, None)


@pytest.mark.parametrize(
    "more", [{"status": "entered-in-error"}, {"status": "cancelled"}, {"status": "draft"}, {"doNotPerform": True}]
)
def test_prescriptions_that_nobody_takes_are_set_aside(read, more):
    chart, report = read(medication_request(medicationCodeableConcept=rxnorm("7804"), **more))
    assert chart.table("medication") == ()
    assert report.set_aside.total() == 1


def test_a_statement_and_a_dispense(read):
    statement = {
        "resourceType": "MedicationStatement",
        "id": "s",
        "status": "active",
        "subject": SUBJECT,
        "medicationCodeableConcept": rxnorm("7804"),
        "effectivePeriod": {"start": "2025-01-01", "end": "2025-02-01"},
    }
    dispense = {
        "resourceType": "MedicationDispense",
        "id": "d",
        "status": "completed",
        "subject": SUBJECT,
        "medicationCodeableConcept": rxnorm("7804"),
        "whenHandedOver": "2025-01-01T09:00:00Z",
    }
    found = {fact.id: (fact.status, fact.until) for fact in read(statement, dispense)[0].table("medication")}
    assert found == {"MedicationStatement/s": ("active", date(2025, 2, 1)), "MedicationDispense/d": (None, None)}


# --- procedures, devices, coverage

CPT = "http://www.ama-assn.org/go/cpt"


def procedure(code, **more):
    base = {"resourceType": "Procedure", "id": "x1", "status": "completed", "subject": SUBJECT, "code": code}
    return base | {"performedDateTime": "2026-02-09"} | more


@pytest.mark.parametrize(
    ("number", "text", "kind", "approach", "region"),
    [
        ("64483", None, "epidural_transforaminal_lumbar", "transforaminal", "lumbar"),
        ("62323", None, "epidural_steroid_injection", None, "lumbar"),
        ("62323", "Caudal epidural injection", "epidural_caudal", None, "lumbar"),
        ("62321", None, "epidural_steroid_injection", "interlaminar", None),
        ("64493", None, "facet_procedure", None, "lumbar"),
        ("64493", "Left L4 medial branch block", "medial_branch_block_lumbar", None, "lumbar"),
        ("64635", None, "radiofrequency_ablation_medial_branch_lumbar", None, "lumbar"),
        ("33249", None, "33249", None, None),
        ("33249", "ICD placement", "ICD placement", None, None),
    ],
)
def test_the_kind_by_code_number_says_no_more_than_the_number_and_the_words(one, number, text, kind, approach, region):
    found = one("procedure", procedure(coded(CPT, number) | ({"text": text} if text else {})))
    assert (found.kind, found.approach, found.region, found.code) == (kind, approach, region, number)


def test_side_operator_and_complication(one):
    found = one(
        "procedure",
        procedure(
            {"text": "Something new"},
            bodySite=[coded(SNOMED, "7771000")],
            performer=[{"actor": {"display": "Dr. Example"}}],
            complication=[{"text": "vasovagal"}],
        ),
    )
    assert (found.kind, found.side) == ("Something new", "left")
    assert (found.operator, found.complication) == ("Dr. Example", "vasovagal")


@pytest.mark.parametrize("status", ["not-done", "entered-in-error", "preparation"])
def test_a_procedure_that_was_not_done_is_no_fact(read, status):
    chart, report = read(procedure({"text": "x"}, status=status))
    assert chart.table("procedure") == ()
    assert report.set_aside["Procedure", f"status {status}"] == 1


def test_therapy_is_conservative_care(one):
    period = {"start": "2026-01-10T09:00:00Z", "end": "2026-02-28T10:00:00Z"}
    found = one("treatment", procedure(coded(SNOMED, "91251008"), performedDateTime=None, performedPeriod=period))
    assert (found.kind, found.true_on, found.until) == ("physical_therapy", date(2026, 1, 10), date(2026, 2, 28))


def test_a_row_from_memory_is_noted(read):
    _, report = read(procedure(coded(CPT, "64451")))
    assert report.notes.total() == 1


def device(**more):
    return {"resourceType": "Device", "id": "d1", "patient": SUBJECT} | more


def test_a_device(one, read):
    found = one("device", device(type={"text": "Dual chamber pacemaker"}, udiCarrier=[{"deviceIdentifier": "123"}]))
    assert (found.kind, found.label, found.identifier) == ("pacemaker", "Dual chamber pacemaker", "123")
    assert read(device(status="inactive", type={"text": "x"}))[0].table("device") == ()
    assert read(device(patient=None, type={"text": "Infusion pump"}))[0].table("device") == ()


def coverage(**more):
    base = {"resourceType": "Coverage", "id": "k1", "status": "active", "beneficiary": SUBJECT}
    return base | {"payor": [{"display": "Medicare"}]} | more


@pytest.mark.parametrize(
    ("more", "payer", "programme"),
    [
        ({}, "Medicare", "medicare"),
        ({"payor": [{"display": "Acme"}], "type": {"text": "Medicare Advantage HMO"}}, "Acme", "medicare_advantage"),
        ({"payor": [{"display": "Aetna"}]}, "Aetna", None),
        ({"payor": [SUBJECT]}, "self-pay", "self_pay"),
        ({"payor": [{"reference": "Organization/o"}]}, "Ohio Medicaid", "medicaid"),
        ({"payor": [{"reference": "Organization/none"}]}, "not named", None),
    ],
)
def test_who_pays_and_under_which_programme_if_it_says_so(one, more, payer, programme):
    named = {"resourceType": "Organization", "id": "o", "name": "Ohio Medicaid"}
    found = one("coverage", coverage(**more), named)
    assert (found.payer, found.programme) == (payer, programme)


def test_a_cancelled_coverage_holds_until_its_end_if_it_has_one(read):
    ended = coverage(status="cancelled", period={"start": "2025-01-01", "end": "2025-06-30"})
    endless = coverage(status="cancelled", period={"start": "2025-01-01"})
    (found,) = read(ended)[0].table("coverage")
    assert found.until == date(2025, 6, 30)
    assert read(endless)[0].table("coverage") == ()
    assert read(coverage(status="draft"))[0].table("coverage") == ()


def test_period_member_plan_and_the_state_of_the_patient(tmp_path):
    patient = PATIENT | {"address": [{"state": "Ohio"}]}
    plan = {"type": coded("http://terminology.hl7.org/CodeSystem/coverage-class", "plan"), "name": "Gold"}
    period = {"start": "2026-01-01", "end": "2026-12-31"}
    content = bundle(coverage(subscriberId="M1", period=period, order=1, **{"class": [plan]}), patient)
    (found,) = read_chart(written(tmp_path, content)).table("coverage")
    assert (found.member, found.plan, found.state, found.order) == ("M1", "Gold", "OH", 1)
    assert (found.true_on, found.until) == (date(2026, 1, 1), date(2026, 12, 31))


# --- the report


def test_every_record_is_read_ignored_or_refused(tmp_path):
    lines = [PATIENT, observation(valueInteger=1), {"resourceType": "Encounter"}, {"id": "x"}, condition()]
    report = ReadReport()
    facts = list(facts_from(written(tmp_path, b"\n".join(json.dumps(x).encode() for x in lines), "x.ndjson"), report))
    assert report.records == len(lines)
    assert (report.read.total(), report.ignored.total(), report.refused_count) == (3, 1, 1)
    assert report.facts.total() == len(facts) == 2


def test_the_report_as_an_operation_outcome(tmp_path):
    report = ReadReport()
    path = written(tmp_path, [PATIENT, {"resourceType": "Encounter"}, observation(effectiveDateTime="x"), {"id": 1}])
    list(read_any(path, report))
    outcome = report.as_operation_outcome()
    assert outcome["resourceType"] == "OperationOutcome"
    first = outcome["issue"][0]
    assert (first["severity"], first["expression"]) == ("error", ["Observation.effectiveDateTime"])
    assert first["diagnostics"].startswith("chart.json, item 3, Observation.effectiveDateTime: this is no FHIR date.")
    assert any("Encounter" in issue["diagnostics"] for issue in outcome["issue"])


def test_refusals_are_counted_even_when_they_are_too_many_to_keep(tmp_path):
    report = ReadReport()
    list(facts_from_ndjson(written(tmp_path, b"{}\n" * 1500, "x.ndjson"), report))
    assert report.refused_count == 1500
    assert len(report.refused) == 1000
    assert "500 more were refused" in json.dumps(report.as_operation_outcome())


# --- goals


def goal(**more):
    base = {"resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "subject": SUBJECT}
    return base | {"description": {"text": "Walk to the shop."}, "startDate": "2026-01-05"} | more


def test_a_goal_of_another_system_is_read_in_its_words_with_its_day(one):
    told = goal(target=[{"dueDate": "2026-04-01", "measure": loinc("72514-3"), "detailQuantity": {"value": 4}}])
    found = one("goal", told)
    assert (found.kind, found.text, found.due) == ("other", "Walk to the shop.", date(2026, 4, 1))
    assert (found.instrument, found.score, found.outcome) == (None, None, None)


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"achievementStatus": coded("http://terminology.hl7.org/CodeSystem/goal-achievement", "achieved")}, "reached"),
        (
            {"achievementStatus": coded("http://terminology.hl7.org/CodeSystem/goal-achievement", "not-achieved")},
            "not reached",
        ),
        ({"achievementStatus": coded("http://terminology.hl7.org/CodeSystem/goal-achievement", "improving")}, None),
        ({"lifecycleStatus": "cancelled"}, "given up"),
        ({"lifecycleStatus": "completed"}, None),
    ],
)
def test_what_came_of_a_goal_is_what_its_achievement_says(one, more, outcome):
    assert one("goal", goal(**more)).outcome == outcome


@pytest.mark.parametrize("status", ["proposed", "rejected", "entered-in-error"])
def test_a_goal_that_nobody_agreed_on_is_none(read, status):
    chart, report = read(goal(lifecycleStatus=status))
    assert not chart.table("goal")
    assert report.set_aside


@pytest.mark.parametrize(("wanted", "score"), [(4, 4), (44, None)])
def test_a_target_off_the_scale_of_its_measure_is_no_score(read, wanted, score):
    told = goal(target=[{"measure": coded(LENITIVE, "peg"), "detailQuantity": {"value": wanted}}])
    chart, report = read(told)
    assert chart.table("goal")[0].score == score
    assert report.notes[GOAL_OFF_SCALE] == (score is None)


# --- a newer version that says it is so no more

EARLIER = "2026-03-02T10:00:00Z"
LATER = "2026-05-04T10:00:00Z"
PARTS = {"component": [{"code": loinc(code), "valueQuantity": {"value": 80}} for code in ("8480-6", "8462-4")]}
CODED = {"text": "anything"}
WRONG = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")
TWO_DRUGS = {"medicationCodeableConcept": {"text": "oxycodone / acetaminophen"}}
ALLERGY = {"resourceType": "AllergyIntolerance", "id": "a1", "patient": SUBJECT, "code": CODED}
NO_ALLERGY = ALLERGY | {"code": coded("http://snomed.info/sct", "716186003")}
PROCEDURE = {"resourceType": "Procedure", "id": "d1", "status": "completed", "subject": SUBJECT, "code": CODED}
DEVICE = {"resourceType": "Device", "id": "v1", "status": "active", "patient": SUBJECT, "type": CODED}
STATEMENT = {"resourceType": "MedicationStatement", "id": "s1", "status": "active", "subject": SUBJECT} | TWO_DRUGS
COVERAGE = {"resourceType": "Coverage", "id": "k1", "status": "active", "beneficiary": SUBJECT}
GOAL = {"resourceType": "Goal", "id": "g1", "lifecycleStatus": "active", "subject": SUBJECT, "description": CODED}
NO_LONGER = {
    "a score": (observation(), {"status": "entered-in-error"}),
    "a score that was cancelled": (observation(), {"status": "cancelled"}),
    "both pressures": (observation("85354-9", **PARTS), {"status": "entered-in-error"}),
    "both pressures, emptied": (observation("85354-9", **PARTS), {"status": "entered-in-error", "component": None}),
    "a diagnosis": (condition(code=CODED), {"verificationStatus": WRONG}),
    "a diagnosis that was refuted": (condition(code=CODED), {"verificationStatus": coded("", "refuted")}),
    "an allergy": (ALLERGY, {"verificationStatus": WRONG}),
    "no allergy": (NO_ALLERGY, {"clinicalStatus": coded("", "inactive")}),
    "a procedure": (PROCEDURE, {"status": "entered-in-error"}),
    "a procedure that was not done": (PROCEDURE, {"status": "not-done"}),
    "a device that was taken out": (DEVICE, {"status": "inactive"}),
    "a prescription": (medication_request(**TWO_DRUGS), {"status": "cancelled"}),
    "what is not to be taken": (medication_request(**TWO_DRUGS), {"doNotPerform": True}),
    "what is not taken": (STATEMENT, {"status": "not-taken"}),
    "an insurance": (COVERAGE, {"status": "entered-in-error"}),
    "a goal": (GOAL, {"lifecycleStatus": "rejected"}),
}


def standing_in(chart, day=None):
    known = chart.as_of(day) if day else chart
    return {fact.id for table, rows in known.tables.items() if table != "patient" for fact in rows}


@pytest.mark.parametrize("newer_first", [False, True])
@pytest.mark.parametrize("what", NO_LONGER)
def test_a_record_that_says_it_is_so_no_more_withdraws_what_it_said(read, what, newer_first):
    before, change = NO_LONGER[what]
    first = before | {"meta": {"lastUpdated": EARLIER}}
    newer = before | change | {"meta": {"lastUpdated": LATER}}
    chart, _ = read(*((newer, first) if newer_first else (first, newer)))
    assert standing_in(chart) == set()
    assert standing_in(chart, date(2026, 5, 3)) == standing_in(read(first)[0]) != set()


def test_a_record_that_is_wrong_since_nobody_knows_when_never_stands_after_its_last_version(read):
    corrected = observation(valueInteger=8, meta={"lastUpdated": LATER})
    chart, report = read(observation(), corrected, observation(status="entered-in-error"))
    assert standing_in(chart) == set()
    assert report.notes["a newer version of a record supersedes the older one"] == 2


def test_no_mean_is_worked_out_from_an_item_that_was_withdrawn(read):
    items = peg(("p", 4), ("e", 5), ("g", 9))
    for wrong in items:
        for given in (
            [*items, wrong | {"status": "entered-in-error"}],
            [wrong | {"status": "entered-in-error"}, *items],
        ):
            assert means(read(*given)[0]) == []


def test_a_mean_is_worked_out_from_the_newest_items(read):
    items = peg(("p", 4), ("e", 5), ("g", 9))
    corrected = items[0] | {"valueQuantity": {"value": 7}, "meta": {"lastUpdated": LATER}}
    for given in ([*items, corrected], [corrected, *items]):
        assert means(read(*given)[0]) == [(7.0, True)]


def test_a_record_in_error_of_which_nothing_was_known_says_nothing(read):
    chart, report = read(observation(status="entered-in-error"))
    assert standing_in(chart) == set()
    assert report.read["Observation"] == 1
    assert report.facts.total() == 1  # the patient


# --- whose it is, where two servers meet


def entry(server, resource):
    return {"fullUrl": f"{server}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def test_a_relative_reference_in_an_entry_of_another_server_is_not_to_the_patient_here(tmp_path):
    """A relative reference leads to the server of the entry that it stands in."""
    entries = [
        entry("https://a.org/fhir", PATIENT),
        entry("https://a.org/fhir", observation(valueInteger=3)),
        entry("https://b.org/fhir", observation(id="o2", valueInteger=9)),
    ]
    report = ReadReport()
    chart = read_chart(written(tmp_path, {"resourceType": "Bundle", "type": "collection", "entry": entries}), report)
    assert [measure.score for measure in chart.table("measure")] == [3]
    [refusal] = report.refused
    assert (refusal.place, refusal.problem) == ("entry 3", "the patient is one of another server")


def test_an_observation_that_says_only_when_it_was_issued_has_no_day(read):
    chart, report = read(observation(effectiveDateTime=None, issued="2026-03-03T08:00:00Z", valueInteger=3))
    [measure] = chart.table("measure")
    assert (measure.true_on, measure.recorded_at) == (None, datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert report.notes[ONLY_ISSUED] == 1
