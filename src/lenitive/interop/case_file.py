"""The case file: a chart that a clinician writes by hand, in TOML.

The top of a file says what it is about; then comes one block per fact, with the columns of its table::

    name = "Relief after the second block is too short to count"
    as_of = 2026-05-04
    complete = ["allergy", "procedure:epidural"]

    [patient]
    birth_date = 1961-04-02
    sex = "female"

    [[complaint]]
    region = "low_back_paramidline"
    true_on = 2025-01-20

    [findings]
    true_on = 2026-05-04
    present = ["extension_rotation"]
    absent = ["straight_leg_raise", "centralisation"]

    [request]
    kind = "medial_branch_block_lumbar"

    [expect]
    pain_is_chronic = "met"

What every fact carries is filled in where it is left out: ``patient`` from ``[patient]``, ``id`` by counting
(``finding-3``), ``recorded_at`` from ``true_on``, else ``as_of``, else ``recorded_on``, and ``source`` from the
file's own ``source``, else its name. Nothing clinical is ever filled in.

A name that must stand in a list (a finding, a region, an instrument, …) and does not is refused; ``open_names = true``
at the top lets it stay, for a chart that another system wrote.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from lenitive.chart import TABLE_OF, TABLES, Chart, Fact, Request
from lenitive.chart.procedure import DrugGiven
from lenitive.chart.schema import NAMES_A_FACT, ColumnInfo, columns
from lenitive.codes import LEVELS
from lenitive.errors import BadInputError
from lenitive.interop.listed_names import Unlisted, remarks_of, unlisted, unlisted_in_request
from lenitive.interop.opening import no_such_file
from lenitive.interop.scales import off_scale

TOP_KEYS = (
    "name",
    "as_of",
    "recorded_on",
    "source",
    "open_references",
    "open_names",
    "complete",
    "findings",
    "request",
    "expect",
)
"""What may stand at the top of a case file besides the fact tables."""

NAMELESS = "patient"
"""The id of a patient to whom the file gives none."""

_GROUP_KEYS = ("present", "absent", "kind", "true_on", "true_by", "recorded_at", "source")
_TOML_DAYS = (date, datetime, time)

_IN_WORDS = {
    "text": "text in quotes",
    "number": "a number",
    "whole": "a whole number",
    "truth": "true or false",
    "day": "a day, written 2026-05-04 without quotes",
    "moment": "a day or a moment, written 2026-05-04 or 2026-05-04T09:30:00Z without quotes",
    "texts": 'a list of texts, written ["one", "two"]',
    "nested": "a list of blocks, written [{ … }, { … }]",
}


@dataclass(frozen=True)
class CaseFile:
    """What a case file says: a chart, and perhaps the day, the request and the answers that it is about."""

    name: str
    chart: Chart
    as_of: date | None = None
    request: Request | None = None
    expect: dict[str, Any] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """Names that no rule knows and that may be slips of the pen."""
    names_its_patient: bool = True
    """False where the file gives the patient no id, so that a chart of another file may have the same."""
    counted_ids: frozenset[str] = frozenset()
    """The ids of facts to which the file gives none."""

    def facts_beside_other_files(self) -> list[Fact]:
        """The facts, of which those without an id of their own are named by what they say.

        A number would name another fact in another file of the patient; what is said again is the same fact there.
        """
        names: dict[str, str] = {}
        said_before: Counter[str] = Counter()
        for fact in self.chart.facts:
            if fact.id in self.counted_ids:
                said = _name_by_content(fact)
                said_before[said] += 1
                names[fact.id] = said if said_before[said] == 1 else f"{said}-{said_before[said]}"
        return [_renamed(fact, names) for fact in self.chart.facts]


def _name_by_content(fact: Fact) -> str:
    bare = msgspec.structs.replace(fact, id="-", patient="-", source="", recorded_at=_ANY_MOMENT)
    return f"{TABLE_OF[type(fact)]}-{blake2b(msgspec.json.encode(bare), digest_size=8).hexdigest()}"


_ANY_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def _renamed(fact: Fact, names: Mapping[str, str]) -> Fact:
    """The fact under its new name, naming others by theirs."""
    naming = ["id", "supersedes", *(column for table, column in NAMES_A_FACT if TABLES[table] is type(fact))]
    found = {column: getattr(fact, column) for column in naming}
    return msgspec.structs.replace(fact, **{column: names[name] for column, name in found.items() if name in names})


def read_case_file(path: Path | str) -> CaseFile:
    """The case in a file; what cannot be read is refused with its place."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise no_such_file(path, "the path of a case file") from None
    except UnicodeDecodeError as error:
        raise BadInputError(
            str(path), f"byte {error.start + 1}", "this is not UTF-8 text", "a file saved as UTF-8"
        ) from None
    except OSError as error:
        raise BadInputError(str(path), "", f"it cannot be read: {error.strerror}") from None
    return parse_case_file(text, file=str(path), source=path.name)


def parse_case_file(text: str, file: str = "case file", source: str | None = None) -> CaseFile:
    """The case in a text. ``file`` names it in errors, ``source`` in the facts (the file's name if not given)."""
    return _Reader(text, file, file if source is None else source).case()


def decode_error_place(error: tomllib.TOMLDecodeError) -> tuple[str, str]:
    """The place and the problem in a message of the TOML parser."""
    found = re.fullmatch(r"(.*) \((?:at )?(line \d+, column \d+|end of document)\)", str(error))
    return (found[2], found[1]) if found else ("", str(error))


class _Reader:
    """Reads one case file; knows its text, so that errors can name lines."""

    def __init__(self, text: str, file: str, source: str) -> None:
        self.file = file
        self.unlisted: list[Unlisted] = []
        self.counted_ids: set[str] = set()
        self.lines = text.splitlines()
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place, problem = decode_error_place(error)
            raise BadInputError(file, place, f"this is not TOML: {problem}") from None
        self._refuse_unknown(self.data, (*TOP_KEYS, *TABLES), "", None, 0)
        self.as_of = self._top_day("as_of")
        self.recorded_on = self._top_day("recorded_on")
        said = self._top_text("source")
        self.source = source if said is None else said
        self.patient = self._patient_id()

    def case(self) -> CaseFile:
        facts = [fact for make in (self._written_facts, self._grouped_findings, self._attested) for fact in make()]
        if not facts:
            raise BadInputError(self.file, "", "it holds no facts", "a [patient] block and some facts")
        chart = Chart.of(facts, self.file)
        self._refuse_dangling(chart)
        expect = self.data.get("expect", {})
        if not isinstance(expect, dict):
            self._refuse("expect", None, 0, "", "is not a block", "a block [expect]")
        request = self._request()
        name = self._top_text("name") or Path(self.file).stem
        remarks = tuple(remarks_of(self.unlisted))
        is_named = self.patient is not None
        return CaseFile(name, chart, self.as_of, request, expect, remarks, is_named, frozenset(self.counted_ids))

    # --- facts

    def _written_facts(self) -> Iterator[Fact]:
        for table in TABLES:
            for number, entry in enumerate(self._entries(table), 1):
                yield self._fact(table, number, entry)

    def _entries(self, table: str) -> list[dict[str, Any]]:
        block = self.data.get(table, [])
        if table == "patient" and isinstance(block, str):
            return []
        entries = [block] if isinstance(block, dict) and table == "patient" else block
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            shape = "a block [patient]" if table == "patient" else f"blocks that begin with [[{table}]]"
            self._refuse(table, None, 0, "", "is not a list of blocks", shape)
        return entries

    def _grouped_findings(self) -> Iterator[Fact]:
        groups = self.data.get("findings", [])
        if not isinstance(groups, dict | list):
            self._refuse("findings", None, 0, "", "is not a block", "a block [findings]")
        number = len(self._entries("finding"))
        for position, group in enumerate([groups] if isinstance(groups, dict) else groups, 1):
            if not isinstance(group, dict):
                self._refuse("findings", None, 0, "", "is not a block", "a block [findings]")
            self._refuse_unknown(group, _GROUP_KEYS, "findings", "findings", position)
            shared = {key: value for key, value in group.items() if key not in ("present", "absent")}
            for word in ("present", "absent"):
                for code in self._texts(group.get(word, []), "findings", position, word):
                    number += 1
                    yield self._fact("finding", number, {**shared, "code": code, "present": word == "present"})

    def _attested(self) -> Iterator[Fact]:
        number = len(self._entries("attestation"))
        for topic in self._texts(self.data.get("complete", []), None, 0, "complete"):
            number += 1
            entry = {"topic": topic} | ({"true_on": self.as_of} if self.as_of else {})
            yield self._fact("attestation", number, entry)

    def _texts(self, value: Any, table: str | None, number: int, key: str) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._refuse(table, table, number, key, "is not a list of texts", _IN_WORDS["texts"])
        return value

    def _fact(self, table: str, number: int, entry: dict[str, Any]) -> Fact:
        known = columns(table)
        self._refuse_unknown(entry, known, f"a {table}", table, number)
        self._refuse_unfit(entry, table, number)
        values = self._with_what_every_fact_carries(table, number, entry)
        try:
            fact = msgspec.convert(values, TABLES[table], builtin_types=_TOML_DAYS)
        except msgspec.ValidationError as error:
            self._refuse_invalid(error, known, table, number)
        self._note_unlisted(fact, table, number)
        for one in off_scale(fact):
            self._refuse(table, table, number, one.column, one.problem, one.allowed)
        return fact

    def _with_what_every_fact_carries(self, table: str, number: int, entry: dict[str, Any]) -> dict[str, Any]:
        if "id" not in entry:
            self.counted_ids.add(f"{table}-{number}")
        values = {"id": f"{table}-{number}", "patient": self.patient or NAMELESS, "source": self.source} | entry
        at = entry.get("recorded_at") or entry.get("true_on") or self.as_of or self.recorded_on
        if at is None:
            self._refuse(
                table,
                table,
                number,
                "",
                "nothing says when this was recorded",
                "true_on or recorded_at here, or as_of or recorded_on at the top of the file",
            )
        values["recorded_at"] = midnight(at) if type(at) is date else at
        return values

    def _patient_id(self) -> str | None:
        block = self.data.get("patient")
        first = block[0] if isinstance(block, list) and block else block
        if isinstance(first, dict):
            first = first.get("patient", first.get("id"))
        return first if isinstance(first, str) and first else None

    def _request(self) -> Request | None:
        if "request" not in self.data:
            return None
        entry = self.data["request"]
        if not isinstance(entry, dict):
            self._refuse("request", None, 0, "", "is not a block", "a block [request]")
        fields = {item.name for item in msgspec.structs.fields(Request)}
        self._refuse_unknown(entry, fields, "a request", "request", 1)
        self._refuse_unfit(entry, "request", 1)
        try:
            request = msgspec.convert(entry, Request, builtin_types=_TOML_DAYS)
        except msgspec.ValidationError as error:
            self._refuse_invalid(error, {}, "request", 1)
        self.unlisted.extend(unlisted_in_request(request))
        return request

    # --- what is refused

    def _refuse_unfit(self, entry: Mapping[str, Any], table: str, number: int) -> None:
        """Refuse what the types of the columns let pass: no number, no such level, no such topic, no such drug key."""
        for key, value in entry.items():
            if isinstance(value, float) and not math.isfinite(value):
                self._refuse(table, table, number, key, "is not a finite number", _IN_WORDS["number"])
        levels = entry.get("levels", [])
        for level in levels if isinstance(levels, list) else []:
            if isinstance(level, str) and level not in LEVELS:
                self._refuse(
                    table,
                    table,
                    number,
                    "levels",
                    f"{level!r} is not a spinal level.{_hint(level, LEVELS)}",
                    "a segment (L4-5), a vertebra or a nerve root (L5)",
                )
        drugs = entry.get("drugs", [])
        for drug in drugs if isinstance(drugs, list) else []:
            if isinstance(drug, dict):
                self._refuse_unknown(drug, DrugGiven.__struct_fields__, "a drug given", table, number)
        topic = entry.get("topic")
        if table == "attestation" and isinstance(topic, str) and topic.partition(":")[0] not in TABLES:
            place = "topic" if "topic" in entry else "complete"
            problem = f"{topic!r} is not a topic.{_hint(topic.partition(':')[0], TABLES)}"
            self._refuse(
                table, table, number, place, problem, f"a table or table:part, the tables are {', '.join(TABLES)}"
            )

    def _note_unlisted(self, fact: Fact, table: str, number: int) -> None:
        """Refuse a name that stands in no closed list, and keep one that stands in no open list for a remark."""
        for one in unlisted(fact):
            if one.is_closed and self.data.get("open_names") is not True:
                line = self._line_that_says(table, number, one.name)
                where = [f"line {line}"] if line else []
                place = ", ".join([*where, f"{table} {number}"])
                raise BadInputError(self.file, place, f"{one.column}: {one.problem}", one.allowed)
            self.unlisted.append(one)

    def _refuse_dangling(self, chart: Chart) -> None:
        """Refuse relief after a procedure that the file does not hold, unless the file says that it may."""
        if self.data.get("open_references") is True:
            return
        done = [fact.id for fact in chart.facts if isinstance(fact, TABLES["procedure"])]
        for number, entry in enumerate(self._entries("relief"), 1):
            named = entry.get("procedure")
            if named not in done:
                problem = f"there is no procedure with the id {named!r}.{_hint(str(named), done)}"
                known = f"one of {', '.join(done)}" if done else "a [[procedure]] block with this id"
                self._refuse("relief", "relief", number, "procedure", problem, known)

    def _refuse_unknown(self, entry: Mapping[str, Any], known: Any, what: str, table: str | None, number: int) -> None:
        for key in entry:
            if key not in known:
                problem = f"there is no {key!r}{' in ' + what if what else ''}.{_hint(key, known)}"
                self._refuse(table, table, number, key, problem, f"one of {', '.join(sorted(known))}")

    def _refuse_invalid(
        self, error: msgspec.ValidationError, known: Mapping[str, ColumnInfo], table: str, number: int
    ) -> NoReturn:
        message, _, path = str(error).partition(" - at `$")
        key = re.split(r"[.\[]", path.strip("`").lstrip("."), maxsplit=1)[0]
        column = known.get(key)
        if key and column and column.choices:
            expected = f"one of {', '.join(column.choices)}"
        elif key and column and message.startswith("Expected `"):
            expected = _IN_WORDS[column.kind] + (f" ({column.description})" if column.description else "")
        else:
            expected = ""
        self._refuse(table, table, number, key, _in_plain_words(message), expected)

    def _refuse(
        self, block: str | None, table: str | None, number: int, key: str, problem: str, expected: str
    ) -> NoReturn:
        where = [f"line {line}" for line in (self._line_of(table, number, key or block or ""),) if line]
        where += [f"{table} {number}"] if table and number else []
        name = key or ("" if table else block or "")
        raise BadInputError(self.file, ", ".join(where), f"{name}: {problem}" if name else problem, expected)

    def _line_of(self, table: str | None, number: int, key: str) -> int | None:
        """The line of a key in the n-th block of a table, else the line of the block, if it can be found."""
        begin = self._line_of_block(table, number) if table else 0
        if begin is None:
            return None
        for line, text in enumerate(self.lines[begin:], begin + 1):
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*(=|\.)", text) or (
                not table and re.match(rf"\s*\[\[?\s*{re.escape(key)}\s*\]", text)
            ):
                return line
            if table and text.lstrip().startswith("["):
                break
        return begin or None

    def _line_that_says(self, table: str, number: int, name: str) -> int | None:
        """The line on which a name stands in quotes: in its block, else anywhere, for it may stand in a list."""
        begin = self._line_of_block(table, number) or 1
        quoted = (f'"{name}"', f"'{name}'")
        said = (n for n, text in enumerate(self.lines[begin - 1 :], begin) if any(one in text for one in quoted))
        return next(said, self._line_of_block(table, number))

    def _line_of_block(self, table: str, number: int) -> int | None:
        heads = [n for n, text in enumerate(self.lines, 1) if re.match(rf"\s*\[\[?\s*{table}\s*\]", text)]
        return heads[number - 1] if 0 < number <= len(heads) else None

    # --- the top of the file

    def _top_day(self, key: str) -> date | None:
        value = self.data.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is None:
            return None
        self._refuse(None, None, 0, key, "is not a day", _IN_WORDS["day"])

    def _top_text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None or isinstance(value, str):
            return value
        self._refuse(None, None, 0, key, "is not a text", _IN_WORDS["text"])


def midnight(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_FOUND = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "array": "a list"}


def _in_plain_words(message: str) -> str:
    """What a message of the decoder means to the person who wrote the file."""
    if found := re.fullmatch(r"Expected `.*`, got `(.*)`", message):
        return f"found {_FOUND.get(found[1], found[1])} here"
    if bound := re.fullmatch(r"Expected `\w+` ([<>]=?) (\S+)", message):
        return f"must be {bound[1]} {bound[2].removesuffix('.0')}"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", message):
        return f"{missing[1]} is missing"
    return message[:1].lower() + message[1:].rstrip(".")


def _hint(name: str, known: Any) -> str:
    near = get_close_matches(name, [str(item) for item in known], n=2)
    return f" Did you mean {' or '.join(near)}?" if near else ""
