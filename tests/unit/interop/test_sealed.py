"""A seal spares the reading of elements that nobody touched, and hides nothing that somebody did."""

import gzip
import json
from pathlib import Path
from zlib import crc32

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.chart import TABLES, Chart, Fact
from lenitive.chart.versions import withdraws_a_record
from lenitive.errors import BadInputError
from lenitive.interop.case_file import parse_case_file
from lenitive.interop.fhir import own
from lenitive.interop.fhir.context import Context
from lenitive.interop.fhir.own import RESOURCE_OF, Said
from lenitive.interop.fhir.reader import charts_of, facts_from_ndjson, facts_of_document
from lenitive.interop.fhir.resource_reader import take_all
from lenitive.interop.fhir.resources import Bundle
from lenitive.interop.fhir.writer import chart_as_bundle, chart_as_json, chart_as_lines
from lenitive.interop.report import ReadReport
from lenitive.interop.scales import GOAL_OFF_SCALE, OFF_SCALE, RELIEF_OFF_SCALE
from tests.strategies import charts, facts

FITTING = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EVERY_TABLE = pytest.mark.parametrize("table", sorted(TABLES))
SEAL_BEGINS = b',{"url":"seal"'


def line_of(fact: Fact) -> bytes:
    [line] = chart_as_lines(Chart.of([fact]))
    return line.removesuffix(b"\n")


def read(data: bytes) -> tuple[list[Fact], dict]:
    """The facts of one resource, and the report."""
    report = ReadReport()
    return list(take_all([data], ["line 1"], Context(report, "lines.ndjson"))), report.as_plain()


def untouched(data: bytes) -> Fact | None:
    [fact] = own.untouched([data]) or [None]
    return fact


def without_seal(line: bytes) -> bytes:
    return line[: line.rindex(SEAL_BEGINS)] + b"]}]}"


def with_another_sum(line: bytes) -> bytes:
    """As long as before, so that a complaint names the same byte."""
    return line[:-22] + b"0" * 16 + line[-6:]


def in_another_form(line: bytes) -> bytes:
    """As another program writes the same JSON: with spaces, and the elements in another order."""
    resource = json.loads(line)
    kind = resource.pop("resourceType")
    return json.dumps({"resourceType": kind} | dict(sorted(resource.items(), reverse=True)), indent=1).encode()


def facts_in(tmp_path: Path, data: bytes) -> tuple[list[Fact], ReadReport]:
    (tmp_path / "export.ndjson").write_bytes(data)
    report = ReadReport()
    return list(facts_from_ndjson(tmp_path, report)), report


# --- both ways, every table


@EVERY_TABLE
def test_a_resource_that_nobody_touched_is_the_fact_in_its_seal(table):
    @FITTING
    @given(facts(table))
    def check(fact):
        line = line_of(fact)
        assert untouched(line) == fact
        found, report = read(line)
        assert found == [fact]
        assert (report["read"], report["facts"], report["refused"]) == ({RESOURCE_OF[table]: 1}, {table: 1}, 0)

    check()


@EVERY_TABLE
def test_the_same_comes_back_where_the_seal_does_not_fit(table):
    @FITTING
    @given(facts(table))
    def check(fact):
        line = line_of(fact)
        whole = read(line)
        for form in (in_another_form(line), without_seal(line), line.replace(b'","', b'", "', 1)):
            assert untouched(form) is None
            assert read(form) == whole

    check()


@EVERY_TABLE
def test_whatever_byte_is_changed_the_seal_hides_nothing(table):
    @FITTING
    @given(st.data())
    def check(data):
        line = line_of(data.draw(facts(table)))
        place = data.draw(st.integers(0, line.rindex(SEAL_BEGINS) - 1))
        other = data.draw(st.integers(32, 126).filter(lambda sign: sign != line[place]))
        changed = line[:place] + bytes([other]) + line[place + 1 :]
        assert untouched(changed) is None
        assert read(changed) == read(with_another_sum(changed))

    check()


@FITTING
@given(charts())
def test_a_chart_comes_back_from_lines_from_a_bundle_and_from_plain_values(chart):
    lines = [line.rstrip() for line in chart_as_lines(chart)]
    as_values = msgspec.json.encode(chart_as_bundle(chart))
    assert own.untouched(lines) == [untouched(line) for line in lines] == list(chart.facts)
    assert [fact for line in lines for fact in read(line)[0]] == list(chart.facts)
    for document in (chart_as_json(chart), as_values):
        assert list(facts_of_document(Path("b.json"), ReadReport(), document, check_keys=True)) == list(chart.facts)


@FITTING
@given(charts())
def test_every_resource_of_a_written_bundle_is_sealed_and_none_of_plain_values_is(chart):
    entries = msgspec.json.decode(chart_as_json(chart), type=Bundle).entry
    assert own.untouched([bytes(entry.resource) for entry in entries]) == list(chart.facts)
    assert b'{"url":"seal"' not in msgspec.json.encode(chart_as_bundle(chart))


def test_lines_name_others_by_type_and_id_and_keep_what_they_belong_to():
    chart = parse_case_file(
        'as_of = 2026-01-01\n[patient]\nid = "p1"\nname = "Ada"\n'
        '[[procedure]]\nid = "b1"\nkind = "medial_branch_block_lumbar"\ntrue_on = 2025-05-01\n'
        '[[relief]]\nprocedure = "b1"\npercent = 80\n'
    ).chart
    resources = [json.loads(line) for line in chart_as_lines(chart)]
    ids = {f"{one['resourceType']}/{one['id']}" for one in resources}
    named = [one["subject"]["reference"] for one in resources if "subject" in one]
    [relief] = [one for one in resources if "partOf" in one]
    assert {*named, relief["partOf"][0]["reference"]} <= ids
    assert relief["partOf"][0]["reference"] == "Procedure/b1"


# --- what others change counts

CHANGES = {
    "a score": ("measure", {"instrument": "nrs", "score": 7.0, "unit": "{score}", "loinc": "72514-3"}),
    "a finding": ("finding", {"code": "fever", "present": True}),
    "a label": ("condition", {"label": "low back pain", "icd10": "M54.50"}),
    "a birth date": ("patient", {"name": "Ada", "birth_date": "1970-02-03"}),
    "a substance": ("allergy", {"substance": "latex", "source": "intake"}),
    "an end": ("coverage", {"payer": "Medicare", "true_on": "2024-01-01", "until": "2025-01-01"}),
    "a dose": ("medication", {"label": "gabapentin", "rxnorm": "25480", "dose": 300.0, "unit": "mg", "source": "list"}),
    "a day": ("procedure", {"kind": "facet_procedure", "code": "64493", "true_on": "2025-03-01", "operator": "A"}),
    "an aim": ("goal", {"kind": "activity", "text": "walk to the shop", "true_on": "2025-03-01"}),
}
EDITS = {
    "a score": (b'"value":7.0', b'"value":5.0', {"score": 5.0}),
    "a finding": (b'"valueBoolean":true', b'"valueBoolean":false', {"present": False}),
    "a label": (b'"text":"low back pain"', b'"text":"sciatica"', {"label": "sciatica"}),
    "a birth date": (b'"birthDate":"1970-02-03"', b'"birthDate":"1971-02-03"', {"birth_date": "1971-02-03"}),
    "a substance": (b'"text":"latex"', b'"text":"nickel"', {"substance": "nickel", "source": "intake"}),
    "an end": (b'"end":"2025-01-01"', b'"end":"2026-01-01"', {"until": "2026-01-01"}),
    "a dose": (b'"value":300.0', b'"value":100.0', {"dose": 100.0, "source": "list"}),
    "a day": (b'"performedDateTime":"2025-03-01"', b'"performedDateTime":"2025-03-02"', {"true_on": "2025-03-02"}),
    "an aim": (b'"text":"walk to the shop"', b'"text":"garden"', {"text": "garden"}),
}


ANY = {"id": "f1", "patient": "p1", "recorded_at": "2025-06-01T08:00:00Z", "instrument": "nrs"}


def fact_of(table: str, values: dict) -> Fact:
    common = {"id": "f1", "patient": "p1", "recorded_at": "2025-06-01T08:00:00Z"}
    return msgspec.convert(common | values, TABLES[table])


@pytest.mark.parametrize("what", CHANGES)
def test_what_another_system_corrects_is_what_counts(what):
    fact = fact_of(*CHANGES[what])
    before, after, expected = EDITS[what]
    line = line_of(fact)
    assert line.count(before) == 1, "the extension holds its own copy with its quotes escaped"
    [changed], _ = read(line.replace(before, after))
    assert msgspec.to_builtins(changed) == msgspec.to_builtins(fact) | expected


@EVERY_TABLE
def test_a_sealed_resource_that_somebody_marks_as_wrong_is_no_fact_any_more(table):
    @FITTING
    @given(facts(table).filter(lambda fact: not fact.withdrawn))
    def check(fact):
        resource = json.loads(line_of(fact))
        if table == "patient":  # has no status of its own to be entered in error
            return
        wrong = "verificationStatus" if resource["resourceType"] in ("Condition", "AllergyIntolerance") else "status"
        wrong = "lifecycleStatus" if table == "goal" else wrong
        coded = {"coding": [{"code": "entered-in-error"}]}
        resource[wrong] = coded if wrong == "verificationStatus" else "entered-in-error"
        changed = msgspec.json.encode(resource)
        found, report = read(changed)
        assert [withdraws_a_record(one) for one in found] == [True]
        [chart] = charts_of([*read(line_of(fact))[0], *found], ReadReport(), "lines.ndjson")
        assert chart.table(table) == ()
        reason = "written by us, entered in error since"
        assert report["set_aside"] == [{"type": resource["resourceType"], "reason": reason, "count": 1}]

    check()


def test_a_fact_that_was_wrong_when_it_was_written_comes_back_both_ways():
    chart = Chart.of(
        [
            fact_of("measure", {"instrument": "nrs", "score": 7.0}),
            fact_of("measure", {"id": "f2", "instrument": "nrs", "score": 6.0, "supersedes": "f1"}),
        ]
    )
    for line in chart_as_lines(chart):
        assert read(line.rstrip()) == read(in_another_form(line))
    assert [read(line.rstrip())[0] for line in chart_as_lines(chart)] == [[fact] for fact in chart.facts]


# --- seals that do not belong


def test_the_extension_of_one_resource_on_another_does_not_speak_for_it():
    mine = line_of(fact_of("measure", {"instrument": "nrs", "score": 7.0, "unit": "{score}", "loinc": "72514-3"}))
    other = line_of(fact_of("measure", {"instrument": "nrs", "score": 2.0, "unit": "{score}", "loinc": "72514-3"}))
    begins = b',"extension":[{"url":"urn:lenitive:fact"'
    pasted = mine[: mine.rindex(begins)] + other[other.rindex(begins) :]
    assert untouched(pasted) is None
    assert [fact.score for fact in read(pasted)[0]] == [7.0]


def test_a_sealed_resource_inside_another_one_is_not_taken_for_it():
    inner = line_of(fact_of("measure", {"instrument": "nrs", "score": 7.0}))
    assert read(b'{"resourceType":"Observation","id":"x","status":"final","contained":[' + inner + b"]}")[0] == []
    assert read(b'{"resourceType":"Claim","contained":[' + inner)[0] == []


def forged(said: Said, **changed: object) -> bytes:
    """A resource with a seal that fits, by somebody who knows how it is made."""
    resource = json.loads(without_seal(line_of(fact_of("measure", CHANGES["a score"][1]))))
    del resource["extension"]
    return own.sealed(resource | changed, "measure", said)


NO_FACT = "Observation.extension: the extension does not make a fact"


@pytest.mark.parametrize(
    "fact",
    [
        {"id": "f1", "patient": "p1", "recorded_at": "2025-06-01T08:00:00Z", "instrument": "nrs", "score": "much"},
        {
            "id": "f1",
            "patient": "p1",
            "recorded_at": "2025-06-01T08:00:00Z",
            "instrument": "nrs",
            "true_by": "2025-01-01",
        },
        {"id": "f1", "patient": "p1", "recorded_at": "2025-06-01T08:00:00Z", "instrument": "nrs", "sore": 3},
        {"id": "f1"},
        {},
    ],
    ids=["another type", "against a rule of the table", "no such column", "not whole", "nothing"],
)
def test_a_seal_makes_no_fact_of_what_is_none(fact):
    data = forged(Said(fact))
    assert untouched(data) is None
    assert [one.score for one in read(data)[0]] == [7.0], "the elements are read instead"


def test_a_sealed_column_that_no_table_allows_is_refused_with_its_place():
    found, report = read(forged(Said({"instrument": 3}, ["instrument"])))
    assert found == []
    [refusal] = report["refusals"]
    assert refusal == f"lines.ndjson, line 1, {NO_FACT}. Expected the columns of a measure."


@pytest.mark.parametrize("said", ["", "no JSON", "[]", '{"alone":["score"]}', '{"fact":7}'])
def test_an_extension_that_says_nothing_whole_is_refused_with_its_place(said):
    resource = json.loads(line_of(fact_of("measure", CHANGES["a score"][1])))
    resource["extension"][0]["extension"][0]["valueString"] = said
    found, report = read(msgspec.json.encode(resource))
    assert found == []
    [refusal] = report["refusals"]
    assert refusal == f"lines.ndjson, line 1, {NO_FACT}. Expected the columns of a measure."


def test_a_mark_of_a_table_that_does_not_exist_is_refused_whatever_the_seal_says():
    identifier = [{"system": "urn:lenitive:fact:lament", "value": "f1"}]
    found, report = read(forged(Said({"id": "f1"}), identifier=identifier))
    assert found == []
    assert report["refusals"][0].startswith("lines.ndjson, line 1, Observation: its mark names no fact table.")


# --- what is looked at before any seal


def test_a_sealed_resource_that_is_not_utf8_is_refused():
    latin = line_of(fact_of("measure", {"instrument": "x", "text": "naïve"})).replace("ï".encode(), b"\xef", 1)
    assert read(latin)[1]["refusals"][0].endswith("is not UTF-8 (perhaps Latin-1). Expected UTF-8.")


def test_a_resource_is_refused_that_was_sealed_although_it_is_not_utf8():
    line = line_of(fact_of("measure", {"instrument": "nrs", "score": 7.0}))
    latin = line[:-22].replace(b'"id":"', b'"id":"\xef', 1)
    data = latin + b"%08x%08x" % (crc32(latin), int(line[-14:-6], 16) + 1) + line[-6:]
    assert untouched(data) is None
    assert read(data)[1]["refusals"][0].endswith("is not UTF-8 (perhaps Latin-1). Expected UTF-8.")


def test_a_sealed_resource_that_is_nested_too_deeply_is_refused():
    deep: object = "end"
    for _ in range(70):
        deep = [deep]
    data = forged(Said({}), deep=deep, text={"div": "·" * 4096})
    assert read(data)[1]["refusals"][0].endswith("it is nested too deeply. Expected at most 64 levels.")


def test_a_document_with_a_double_key_is_refused_although_it_is_sealed():
    line = line_of(fact_of("measure", {"instrument": "nrs", "score": 7.0}))
    doubled = line.replace(b'"status":', b'"id":"x","status":', 1)
    with pytest.raises(BadInputError, match="stands twice"):
        list(facts_of_document(Path("b.json"), ReadReport(), doubled, check_keys=True))


def test_a_line_that_breaks_off_is_refused_alone(tmp_path):
    chart = Chart.of([fact_of("measure", {"id": f"m{n}", "instrument": "nrs", "score": 1.0 * n}) for n in range(3)])
    first, second, third = chart_as_lines(chart)
    found, report = facts_in(tmp_path, first + second[:-9] + b"\n" + third)
    assert [fact.id for fact in found] == ["m0", "m2"]
    assert [refusal.place for refusal in report.refused] == ["line 2"]
    assert report.read == {"Observation": 2}


# --- many at once


def as_it_is(line: bytes) -> bytes:
    return line


def cut_off(line: bytes) -> bytes:
    return line[:-9]


def emptied(line: bytes) -> bytes:
    return b""


def of_another_type(line: bytes) -> bytes:
    return line.replace(b'"resourceType":"', b'"resourceType":"X', 1)


def with_another_place(line: bytes) -> bytes:
    """The seal leads to another place than that at which it is said what the fact is."""
    place = int(line[-14:-6], 16)
    return line[:-14] + b"%08x" % (place + 1) + line[-6:]


def not_utf8(line: bytes) -> bytes:
    return line.replace(b'"id":"', b'"id":"\xff', 1)


def all_of_it(lines: list[bytes]) -> tuple[list[Fact], dict]:
    report = ReadReport()
    places = range(1, len(lines) + 1)
    return list(take_all(lines, places, Context(report, "lines.ndjson"))), report.as_plain()


def one_by_one(lines: list[bytes]) -> tuple[list[Fact], dict]:
    report = ReadReport()
    context = Context(report, "lines.ndjson")
    found = [fact for place, line in enumerate(lines, 1) for fact in take_all([line], [place], context)]
    return found, report.as_plain()


WHATEVER_HAPPENS = (
    *(as_it_is,) * 4,
    *(cut_off, emptied, of_another_type, with_another_place, not_utf8, without_seal, with_another_sum, in_another_form),
)


@FITTING
@given(charts(), st.data())
def test_many_lines_are_read_as_each_of_them_alone_whatever_happened_to_some(chart, data):
    lines = [data.draw(st.sampled_from(WHATEVER_HAPPENS))(line.rstrip()) for line in chart_as_lines(chart)]
    assert all_of_it(lines) == one_by_one(lines)


def scores(number: int) -> list[bytes]:
    common = {"instrument": "nrs", "unit": "{score}", "loinc": "72514-3"}
    made = [fact_of("measure", common | {"id": f"m{n:03d}", "score": n % 11}) for n in range(number)]
    return [line_of(fact) for fact in made]


@pytest.mark.parametrize("bad", [0, 1, 150, 298, 299])
@pytest.mark.parametrize("what", [cut_off, not_utf8], ids=["cut off", "not UTF-8"])
def test_of_many_lines_only_the_broken_one_is_refused_with_its_number(tmp_path, bad, what):
    lines = scores(300)
    lines[bad] = what(lines[bad])
    found, report = facts_in(tmp_path, b"\n".join(lines))
    assert [fact.id for fact in found] == [f"m{n:03d}" for n in range(300) if n != bad]
    assert [refusal.place for refusal in report.refused] == [f"line {bad + 1}"]
    assert (report.read, report.facts) == ({"Observation": 299}, {"measure": 299})


def test_of_many_lines_only_the_corrected_one_is_read_by_its_elements(tmp_path):
    lines = scores(300)
    lines[150] = lines[150].replace(b'"value":7.0', b'"value":5.0', 1)
    found, report = facts_in(tmp_path, b"\r\n".join(lines) + b"\n\n\n")
    assert [fact.score for fact in found] == [5 if n == 150 else n % 11 for n in range(300)]
    assert (report.read, report.refused_count) == ({"Observation": 300}, 0)


@pytest.mark.parametrize(
    "says",
    [
        Said({"id": "f1", "patient": "p1", "recorded_at": "2025-06-01T08:00:00Z", "instrument": ""}),
        Said(ANY | {"true_by": "2025-01-01"}),
        Said(ANY | {"sore": 3}),
    ],
    ids=["against a type", "against a rule of the table", "no such column"],
)
def test_a_seal_on_no_fact_spoils_none_of_those_beside_it(says):
    lines = scores(3)
    lines[1] = forged(says)
    found, report = all_of_it(lines)
    assert [fact.score for fact in found] == [0.0, 7.0, 2.0]
    assert (report["read"], report["refused"]) == ({"Observation": 3}, 0)


def test_a_seal_that_leads_to_another_place_takes_no_line_away():
    lines = scores(3)
    lines[1] = with_another_place(lines[1])
    assert [fact is None for fact in own.untouched(lines)] == [False, True, False]
    assert [fact.id for fact in all_of_it(lines)[0]] == ["m000", "m001", "m002"]


def test_a_seal_on_what_is_nested_without_end_is_refused_alone():
    lines = scores(3)
    lines[1] = forged(Said(ANY, msgspec.Raw(b"[" * 100_000 + b"]" * 100_000)))
    found, report = all_of_it(lines)
    assert [fact.id for fact in found] == ["m000", "m002"]
    [refusal] = report["refusals"]
    assert refusal == f"lines.ndjson, line 2, {NO_FACT}. Expected the columns of a measure."


def test_what_stood_before_the_place_at_which_a_file_breaks_off_is_read(tmp_path):
    lines = b"\n".join(scores(300))
    packed = gzip.compress(lines, compresslevel=0)
    half = len(packed) // 2
    (tmp_path / "broken.ndjson.gz").write_bytes(packed[:half])
    found: list[Fact] = []
    with pytest.raises(BadInputError, match="cut short"):
        found.extend(facts_from_ndjson(tmp_path, ReadReport()))
    whole_lines = lines[: half - 1000].count(b"\n")
    assert len(found) >= whole_lines > 100


SCORES_OFF_SCALE = {
    "measure": ({"instrument": "nrs", "score": 15.0}, {"text": "15"}, OFF_SCALE),
    "goal": ({"kind": "pain", "text": "less", "instrument": "nrs", "score": 15.0}, {}, GOAL_OFF_SCALE),
    "relief": (
        {"procedure": "x", "instrument": "nrs", "score_before": 15.0, "score_after": 2.0},
        {},
        RELIEF_OFF_SCALE,
    ),
}


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("table", SCORES_OFF_SCALE)
def test_a_score_off_its_scale_is_none_whether_it_is_sealed_or_not(table, sealed):
    said, instead, note = SCORES_OFF_SCALE[table]
    fact = fact_of(table, said)
    line = line_of(fact)
    [found], report = read(line if sealed else without_seal(line))
    gone = {name: None for name, value in said.items() if value == 15}
    assert found == msgspec.structs.replace(fact, **gone, **instead)
    assert report["notes"] == {note: 1}
    assert report["facts"] == {table: 1}
