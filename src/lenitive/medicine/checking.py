"""Checks all content: shapes, and how the entries fit together. Every problem names its file and line.

:func:`lenitive.medicine.content.load` stops at the first entry that has not its shape; this finds all of them, and what
no shape can say: a source that is not described, a criterion that does not exist, a number that a criterion needs and
nobody gives, dates that overlap, a word that no list knows.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

from lenitive.chart.schema import REFERENCES, columns
from lenitive.errors import KnowledgeError, RuleError
from lenitive.knowledge.entries import Cited, Entry
from lenitive.knowledge.places import Places
from lenitive.medicine import criteria
from lenitive.medicine.content import FOLDER, KINDS, cited_parts, with_shared_parts
from lenitive.medicine.shapes import Content, Evidence, Figure, Outcome, Policy, Prior, Requirement
from lenitive.rules import model
from lenitive.rules.model import Criterion, Node, children

CODES = "codes"
"""The folder of code lists, whose shapes the readers of records check."""

UNRESOLVED = "unresolved"
FOREVER = date.max
ROUNDING = 0.0065
"""How far a printed share may stand from its counts: percents are printed whole."""


@dataclass(frozen=True, order=True)
class Problem:
    """Something that does not hold, and where to mend it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


@dataclass(frozen=True)
class Origin:
    """Where an entry stands."""

    file: str
    places: Places
    name: str

    def problem(self, message: str, path: str = "") -> Problem:
        """A problem of the entry, at a path inside it."""
        return Problem(self.file, self.places.line(f"{self.name}{path}"), f"{self.name}: {message}")


def check(folder: Path = FOLDER) -> list[Problem]:
    """Everything that does not hold in the content below a folder, in the order of the files."""
    return sorted(set(_Check(folder).problems()))


class _Check:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self.origins: dict[tuple[str, str], Origin] = {}
        self._named: dict[str, set[str]] = {kind: set() for kind in KINDS}

    def problems(self) -> Iterator[Problem]:
        """First each file by itself, then how they fit together."""
        yield from self._read()
        yield from self._put_policies_together()
        content = Content(**self.found)
        yield from self._sources(content)
        yield from self._references(content)
        yield from self._parameters(content)
        yield from self._arithmetic(content)
        yield from self._outcomes(content)
        for policy in content.policies:
            yield from self._dates_of_policy(policy, content.policies[policy])
        yield from self._requirements(content)
        yield from self._words_of_criteria(content)

    def at(self, kind: str, name: str, message: str, path: str = "") -> Problem:
        """A problem of an entry."""
        return self.origins[kind, name].problem(message, path)

    # --- files ---------------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[Problem]:
        known: set[Path] = set()
        for kind, (pattern, shape) in KINDS.items():
            files = sorted(self.folder.glob(pattern))
            known.update(files)
            for file in files:
                yield from self._read_file(kind, file, shape)
        for file in sorted(self.folder.rglob("*.toml")):
            if file not in known:
                yield from self._read_unknown(file)

    def _read_file(self, kind: str, file: Path, shape: type[msgspec.Struct]) -> Iterator[Problem]:
        name = file.relative_to(self.folder).as_posix()
        read = _tables(name, file)
        if isinstance(read, Problem):
            yield read
            return
        tables, places = read
        for entry, body in tables.items():
            origin = Origin(name, places, entry)
            if (kind, entry) in self.origins:
                first = self.origins[kind, entry]
                yield origin.problem(f"is defined already in {first.file}, line {first.places.line(entry)}.")
                continue
            self.origins[kind, entry] = origin
            self._named[kind].add(entry)
            try:
                self.found[kind][entry] = msgspec.convert(body, shape)
            except msgspec.ValidationError as error:
                message, _, path = str(error).partition(" - at `$")
                yield origin.problem(f"{message}.", path.rstrip("`"))

    def _put_policies_together(self) -> Iterator[Problem]:
        """Policies get the rows that they share; one that names what there is not is told and left out."""
        for name, policy in list(self.found["policies"].items()):
            try:
                self.found["policies"][name] = with_shared_parts(name, policy, self.found["shared_policy_parts"])
            except KnowledgeError as error:
                del self.found["policies"][name]
                yield self.at("policies", name, str(error).partition(": ")[2])

    def _read_unknown(self, file: Path) -> Iterator[Problem]:
        relative = file.relative_to(self.folder)
        read = _tables(relative.as_posix(), file)
        if isinstance(read, Problem):
            yield read
        elif relative.parts[0] != CODES:
            patterns = ", ".join(pattern for pattern, _ in KINDS.values())
            yield Problem(relative.as_posix(), 1, f"nothing reads a file of this name. Names are: {patterns}.")

    # --- sources -------------------------------------------------------------------------------------------------

    def _sources(self, content: Content) -> Iterator[Problem]:
        for kind in KINDS:
            for name, entry in self.found[kind].items():
                for path, cited in cited_parts(entry, ""):
                    yield from self._source(content, kind, name, path, cited)

    def _source(self, content: Content, kind: str, name: str, path: str, cited: Cited) -> Iterator[Problem]:
        source = content.sources.get(cited.source)
        if source is None:
            yield self.at(kind, name, _unknown("source", cited.source, self._names("sources")), f"{path}.source")
        elif cited.grade == "primary" and source.access != "read":
            message = f"the grade is primary, but the source {cited.source!r} is {source.access}."
            yield self.at(kind, name, message, f"{path}.grade")
        elif source.access == "judgement" and cited.grade != "judgement":
            message = f"the grade is {cited.grade}, but the source {cited.source!r} is {source.access}."
            yield self.at(kind, name, message, f"{path}.grade")

    def _names(self, kind: str) -> set[str]:
        """Every name of a kind, also of entries that have not their shape: those are told once, not twice."""
        return self._named[kind]

    # --- references ----------------------------------------------------------------------------------------------

    def _references(self, content: Content) -> Iterator[Problem]:
        for kind, name, path, target, word in _named(content):
            if word not in self._names(target):
                yield self.at(kind, name, _unknown(_singular(target), word, self._names(target)), path)
        for name, flag in content.red_flags.items():
            danger = content.generators.get(flag.danger or "")
            if danger and danger.kind != "danger":
                yield self.at("red_flags", name, f"{flag.danger!r} is a {danger.kind}, not a danger.", ".danger")
        for name, generator in content.generators.items():
            whole = content.generators.get(generator.part_of or "")
            if whole and whole.part_of:
                yield self.at("generators", name, f"is part of {generator.part_of!r}, itself a part.", ".part_of")
        for name, finding in content.findings.items():
            if finding.composite and finding.composite.at_least > len(finding.composite.of):
                message = f"at least {finding.composite.at_least} of {len(finding.composite.of)} can never be."
                yield self.at("findings", name, message, ".composite")

    # --- numbers -------------------------------------------------------------------------------------------------

    def _parameters(self, content: Content) -> Iterator[Problem]:
        for name, entry in content.parameters.items():
            begun: dict[tuple[str | None, date], int] = {}
            for number, value in enumerate(entry.values):
                path = f".values[{number}]"
                key = value.jurisdiction, value.effective_from
                if key in begun:
                    where = f" in {value.jurisdiction}" if value.jurisdiction else ""
                    message = f"two values are in force from {value.effective_from}{where}."
                    yield self.at("parameters", name, message, path)
                begun[key] = number
                yield from (
                    self.at("parameters", name, message, path) for message in _out_of_bounds(entry, value.value)
                )

    def _arithmetic(self, content: Content) -> Iterator[Problem]:
        for name, prior in content.priors.items():
            yield from (self.at("priors", name, message, ".shares") for message in _prior_problems(prior))
        for kind in ("evidence", "blocks"):
            for name, row in self.found[kind].items():
                for field, message in _row_problems(row):
                    yield self.at(kind, name, message, f".{field}")
        for name, row in content.evidence.items():
            if row.use not in ("context", "do-not-use") and not _says_something(row):
                yield self.at(
                    "evidence", name, "gives neither a ratio, a sensitivity and specificity, counts nor likelihoods."
                )

    def _outcomes(self, content: Content) -> Iterator[Problem]:
        for name, row in content.outcomes.items():
            targets = {
                target
                for procedure in row.procedures
                if procedure in content.procedures
                for target in content.procedures[procedure].targets
            }
            for generator in row.generators:
                if generator in self._names("generators") and generator not in targets:
                    message = f"{generator!r} is no target of {' or '.join(row.procedures)}."
                    yield self.at("outcomes", name, message, ".generators")
            for field, message in _outcome_problems(name, row):
                yield self.at("outcomes", name, message, field)

    # --- dates ---------------------------------------------------------------------------------------------------

    def _dates_of_policy(self, name: str, policy: Policy) -> Iterator[Problem]:
        versions = [(v.effective_from, v.effective_until, f".versions[{n}]") for n, v in enumerate(policy.versions)]
        yield from self._ends_before_it_begins("policies", name, versions)
        ordered = sorted(versions, key=lambda version: version[0])
        for (begin, end, _), (following, _, path) in pairwise(ordered):
            if following == begin or (end is not None and end >= following):
                message = f"the version from {following} overlaps the one from {begin}" + (
                    f" to {end}." if end else "."
                )
                yield self.at("policies", name, message, path)
        members = [(m.effective_from, m.effective_until, f".members[{n}]") for n, m in enumerate(policy.members)]
        yield from self._ends_before_it_begins("policies", name, members)
        seen: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
        for member, (begin, end, path) in zip(policy.members, members, strict=True):
            for state in member.states:
                for other_begin, other_end, contractor in seen[state]:
                    if begin <= other_end and other_begin <= (end or FOREVER):
                        both = f"{member.contractor} and {contractor}"
                        message = f"{both} both decide for {state} from {max(begin, other_begin)}."
                        yield self.at("policies", name, message, path)
                seen[state].append((begin, end or FOREVER, member.contractor))

    def _ends_before_it_begins(
        self, kind: str, name: str, spans: Sequence[tuple[date, date | None, str]]
    ) -> Iterator[Problem]:
        for begin, end, path in spans:
            if end is not None and end < begin:
                yield self.at(kind, name, f"ends on {end}, before it begins on {begin}.", path)

    # --- requirements and criteria -------------------------------------------------------------------------------

    def _requirements(self, content: Content) -> Iterator[Problem]:
        for kind, name, path, rows, day in _requirement_lists(content):
            needed: dict[str, int] = {}
            ids: set[str] = set()
            for number, row in enumerate(rows):
                at = f"{path}[{number}]"
                for message, where in self._row(content, row, day):
                    yield self.at(kind, name, message, f"{at}{where}")
                if row.group and needed.setdefault(row.group, row.at_least) != row.at_least:
                    message = f"rows of the group {row.group!r} disagree on how many are needed."
                    yield self.at(kind, name, message, f"{at}.at_least")
                if row.id and row.id in ids:
                    yield self.at(kind, name, f"two rows are called {row.id!r}.", f"{at}.id")
                ids.add(row.id or "")
        for kind, name, path, criterion, day in _standing_criteria(content):
            for message in self._bindable(content, criterion, {}, day):
                yield self.at(kind, name, message, path)

    def _row(self, content: Content, row: Requirement, day: date) -> Iterator[tuple[str, str]]:
        for message in self._bindable(content, row.criterion, row.parameters, day):
            yield message, ".criterion"
        for message in self._bindable(content, row.when, {}, day) if row.when else ():
            yield message, ".when"
        known = criteria.all_criteria().get(row.criterion)
        if known is None:
            return
        used = _uses(row.criterion)
        for name, value in row.parameters.items():
            if name not in used:
                near = ", ".join(sorted(used)) or "none"
                yield (
                    f"the criterion {row.criterion!r} has no parameter {name!r}. It has: {near}.",
                    f".parameters.{name}",
                )
            else:
                for message in _misfits(known, name, value, self.words):
                    yield message, f".parameters.{name}"

    def _bindable(self, content: Content, name: str, given: Mapping[str, Any], day: date) -> Iterator[str]:
        try:
            known = criteria.all_criteria()
        except RuleError as error:
            yield str(error)
            return
        if name not in known:
            yield _unknown("criterion", name, known)
            return
        for parameter in sorted(_uses(name).keys() - given.keys()):
            entry = content.parameters.get(parameter)
            if entry is None:
                if parameter not in self._names("parameters"):
                    yield f"the criterion {name!r} needs {parameter!r}, which neither the row nor parameters/ gives."
            elif not any(value.effective_from <= day and not value.withdrawn for value in entry.values):
                yield f"the criterion {name!r} needs {parameter!r}, which has no value in force on {day}."

    # --- words ---------------------------------------------------------------------------------------------------

    @cached_property
    def words(self) -> Mapping[str, set[str]]:
        """The words of each list that criteria hold columns against."""
        lists = {kind: self._names(kind) for kind in _LISTS.values()}
        lists["procedures"] |= self._coded_procedures()
        return lists

    def _coded_procedures(self) -> set[str]:
        """What charts may call a procedure because its code number says so, entry or not."""
        file = self.folder / CODES / "procedures.toml"
        try:
            rows = tomllib.loads(file.read_text(encoding="utf-8")).get("rows", [])
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
            return set()
        return {word for row in rows for word in (row.get("kind"), *row.get("in_words", {}).values()) if word}

    def _words_of_criteria(self, content: Content) -> Iterator[Problem]:
        """Numbers and words that criteria take from parameters/: of the right kind, and words of our lists."""
        told: set[tuple[str, str]] = set()
        for criterion in criteria.all_criteria().values():
            for name in sorted(_uses(criterion.name)):
                entry = content.parameters.get(name)
                for number, value in enumerate(entry.values if entry else ()):
                    if value.value is not None:
                        for message in _misfits(criterion, name, value.value, self.words):
                            yield self.at("parameters", name, message, f".values[{number}]")
            for listed, word in sorted(_constant_words(criterion.name) - told):
                told.add((listed, word))
                if word not in self.words[listed]:
                    message = _unknown(_singular(listed), word, self.words[listed])
                    yield Problem(*_place_of_criterion(criterion.name), f"{criterion.name}: {message}")


# --- what names what ---------------------------------------------------------------------------------------------


def _named(content: Content) -> Iterator[tuple[str, str, str, str, str]]:
    """Every word that names an entry: kind, name and path of where it stands, kind that it names, the word."""
    for name, generator in content.generators.items():
        yield from _each("generators", name, ".question", "questions", generator.question)
        yield from _each("generators", name, ".part_of", "generators", generator.part_of)
        yield from _each("generators", name, ".mimics", "generators", *generator.mimics)
        yield from _each("generators", name, ".looked_for", "findings", *generator.looked_for)
        yield from _each("generators", name, ".located_by", "findings", *generator.located_by)
        yield from _each(
            "generators", name, ".shown_by", "findings", *(code for row in generator.shown_by for code in row.findings)
        )
        for number, referral in enumerate(generator.referral):
            yield "generators", name, f".referral[{number}]", "regions", referral.region
    for name, question in content.questions.items():
        yield "questions", name, ".prior", "priors", question.prior
        yield from _each("questions", name, ".populations", "priors", *(one.prior for one in question.populations))
        yield from _each("questions", name, ".regions", "regions", *question.regions)
    for name, prior in content.priors.items():
        yield from _each("priors", name, ".shares", "generators", *(set(prior.shares) - {UNRESOLVED}))
    for name, finding in content.findings.items():
        if finding.composite:
            yield from _each(
                "findings", name, ".composite", "findings", *finding.composite.of, *finding.composite.without
            )
    for name, row in content.evidence.items():
        yield "evidence", name, ".finding", "findings", row.finding
        yield from _each("evidence", name, ".generator", "generators", *({row.generator} - {"any"}))
        yield from _each("evidence", name, ".likelihoods", "generators", *(set(row.likelihoods or ()) - {UNRESOLVED}))
    for name, block in content.blocks.items():
        yield "blocks", name, ".generator", "generators", block.generator
        yield "blocks", name, ".procedure", "procedures", block.procedure
    for name, flag in content.red_flags.items():
        yield from _each("red_flags", name, ".danger", "generators", flag.danger)
        yield from _each("red_flags", name, ".questions", "questions", *flag.questions)
        yield from _each("red_flags", name, ".stops", "procedures", *flag.stops)
        yield from _each("red_flags", name, ".spares", "procedures", *flag.spares)
    for name, procedure in content.procedures.items():
        yield from _each("procedures", name, ".targets", "generators", *procedure.targets)
        yield from _each("procedures", name, ".confirms", "generators", *procedure.confirms)
        for advice in procedure.advice:
            yield from _each("procedures", name, ".advice", "generators", *advice.generators)
        yield from _each("procedures", name, ".shares", "shared_rows", *procedure.shares)
        for gate in procedure.gates:
            yield from _each("procedures", name, ".gates", "procedures", *gate.opened_by)
    for name, outcome in content.outcomes.items():
        yield from _each("outcomes", name, ".procedures", "procedures", *outcome.procedures)
        yield from _each("outcomes", name, ".generators", "generators", *outcome.generators)
        yield from _each("outcomes", name, ".conflicts_with", "outcomes", *outcome.conflicts_with)
    for name, policy in content.policies.items():
        yield from _each("policies", name, ".procedures", "procedures", *policy.procedures)
    for name, authority in content.authorities.items():
        for number, service in enumerate(authority.services):
            yield from _each("authorities", name, f".services[{number}]", "procedures", *service.procedures)
    for name, page in content.education.items():
        yield from _each("education", name, ".procedures", "procedures", *page.procedures)
        yield from _each("education", name, ".generators", "generators", *page.generators)
    for name, instrument in content.instruments.items():
        alarms = instrument.questionnaire.alarms if instrument.questionnaire else []
        yield from _each("instruments", name, ".questionnaire", "findings", *(alarm.finding for alarm in alarms))
    for name, waveform in content.waveforms.items():
        yield from _each("waveforms", name, ".procedures", "procedures", *waveform.procedures)
        yield from _each("waveforms", name, ".outcomes", "outcomes", *waveform.outcomes)
    for name, goal in content.goals.items():
        yield from _each("goals", name, ".measured_by", "instruments", *goal.measured_by)


def _each(kind: str, name: str, path: str, target: str, *words: str | None) -> Iterator[tuple[str, str, str, str, str]]:
    for word in words:
        if word is not None:
            yield kind, name, path, target, word


def _requirement_lists(content: Content) -> Iterator[tuple[str, str, str, Sequence[Requirement], date]]:
    """Every list of requirements, with the day from which its numbers must be in force."""
    for name, procedure in content.procedures.items():
        for part in ("gates", "candidacy", "contraindications", "cautions"):
            yield "procedures", name, f".{part}", getattr(procedure, part), FOREVER
    for name, shared in content.shared_rows.items():
        for part in ("candidacy", "contraindications", "cautions"):
            yield "shared_rows", name, f".{part}", getattr(shared, part), FOREVER
    for name, outcome in content.outcomes.items():
        yield "outcomes", name, ".needs", outcome.needs, FOREVER
    for name, policy in content.policies.items():
        for number, version in enumerate(policy.versions):
            yield "policies", name, f".versions[{number}].wants", version.wants, version.effective_from


def _standing_criteria(content: Content) -> Iterator[tuple[str, str, str, str, date]]:
    for name, flag in content.red_flags.items():
        yield "red_flags", name, ".criterion", flag.criterion, FOREVER
        if flag.spares_when:
            yield "red_flags", name, ".spares_when", flag.spares_when, FOREVER
    for name, partner in content.partners.items():
        if partner.criterion:
            yield "partners", name, ".criterion", partner.criterion, FOREVER
    for name, drug in content.drugs.items():
        for number, hold in enumerate(drug.holds):
            if hold.criterion:
                yield "drugs", name, f".holds[{number}].criterion", hold.criterion, FOREVER
    for name, policy in content.policies.items():
        if policy.applies_when:
            first = min(version.effective_from for version in policy.versions)
            yield "policies", name, ".applies_when", policy.applies_when, first


Column = tuple[str, str]
NOWHERE: Column = ("", "")


# --- what fits what ----------------------------------------------------------------------------------------------

_LISTS: dict[Column, str] = {
    ("procedure", "kind"): "procedures",
    ("treatment", "kind"): "treatments",
    ("statement", "kind"): "statements",
    ("finding", "code"): "findings",
    ("measure", "instrument"): "instruments",
    ("complaint", "region"): "regions",
    ("request", "kind"): "procedures",
}
"""Columns whose words stand in a list of the content."""


def _misfits(criterion: Criterion, name: str, value: Any, words: Mapping[str, set[str]]) -> Iterator[str]:
    """Why a value cannot be the parameter of that name: of the wrong kind, or no word of its list."""
    for kind, column in sorted(_uses(criterion.name)[name]):
        found = "a list" if isinstance(value, list) else "a number" if _is_number(value) else "a word"
        if kind != found and not isinstance(value, bool):
            yield f"{name!r} is {found}, but the criterion {criterion.name!r} needs {kind}."
        if column in _LISTS and isinstance(value, list):
            known = words[_LISTS[column]]
            yield from (_unknown(_singular(_LISTS[column]), word, known) for word in value if word not in known)


@cache
def _uses(criterion: str) -> dict[str, set[tuple[str, Column]]]:
    """Each parameter of a criterion: as a list, a number or a word, and the column it is held against, if any."""
    found: dict[str, set[tuple[str, Column]]] = defaultdict(set)
    for node in _nodes(criteria.all_criteria()[criterion].met_when):
        match node:
            case model.Parameter(name):
                found[name].update()
            case model.IsIn(value, model.Parameter(name)) | model.Shares(value, model.Parameter(name)):
                found[name].add(("a list", _column(value)))
            case model.StartsWith(_, model.Parameter(name)):
                found[name].add(("a list", NOWHERE))
            case model.Compare(_, value, model.Parameter(name)) | model.Compare(_, model.Parameter(name), value):
                found[name].add(("a word" if _is_text(value) else "a number", _column(value)))
            case model.Shift(_, model.Parameter(name)):
                found[name].add(("a number", NOWHERE))
    return found


def _nodes(root: Node) -> Iterator[Node]:
    """Every node below, each once."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            pending.extend(children(node))


def _column(node: Node) -> Column:
    """The table and column that a value is read from."""
    match node:
        case model.Column(table, column, via):
            return (REFERENCES[table, via] if via else table), column
        case model.ValueOf(_, column):
            return _column(column)
        case model.RequestField(column):
            return "request", column
        case _:
            return NOWHERE


def _is_text(node: Node) -> bool:
    table, column = _column(node)
    return table == "request" or (bool(table) and columns(table)[column].kind == "text")


@cache
def _constant_words(criterion: str) -> frozenset[tuple[str, str]]:
    """Words written in a criterion that are held against a column with a list: the list, the word."""
    found: set[tuple[str, str]] = set()
    for node in _nodes(criteria.all_criteria()[criterion].met_when):
        match node:
            case model.Compare(_, value, model.Constant(str() as word)) if _column(value) in _LISTS:
                found.add((_LISTS[_column(value)], word))
            case model.IsIn(value, model.Constant(tuple() as options)) if _column(value) in _LISTS:
                found.update((_LISTS[_column(value)], str(option)) for option in options)
    return frozenset(found)


def _place_of_criterion(name: str) -> tuple[str, int]:
    for file in sorted(Path(next(iter(criteria.__path__))).glob("*.py")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip().strip(",") == f'"{name}"':
                return f"criteria/{file.name}", number
    return "criteria", 1


def _out_of_bounds(entry: Entry, value: Any) -> Iterator[str]:
    if not _is_number(value):
        return
    if not isfinite(value):
        yield f"{value} is not a finite number."
    if entry.minimum is not None and value < entry.minimum:
        yield f"{value:g} is below the minimum {entry.minimum:g}."
    if entry.maximum is not None and value > entry.maximum:
        yield f"{value:g} is above the maximum {entry.maximum:g}."


def _prior_problems(prior: Prior) -> Iterator[str]:
    total = sum(prior.shares.values())
    if prior.used and not 0.98 <= total <= 1.02:
        yield f"the shares add up to {total:.3g}, not to 1."


def _row_problems(row: Any) -> Iterator[tuple[str, str]]:
    """Intervals the wrong way round, or that leave out their value; ratios on the wrong side of 1."""
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if name.endswith("_interval") and value is not None:
            low, high = value
            middle = getattr(row, name.removesuffix("_interval"), None)
            if low > high:
                yield name, f"{name}: {low:g} is above {high:g}."
            elif middle is not None and not low <= middle <= high:
                yield name, f"{name}: {low:g} to {high:g} leaves out {middle:g}."


def _outcome_problems(name: str, row: Outcome) -> Iterator[tuple[str, str]]:
    """Counts that are not the share, intervals that leave it out, shares of nobody knows what."""
    for part in ("shares", "comparators"):
        for number, figure in enumerate(getattr(row, part)):
            for message in _figure_problems(figure):
                yield f".{part}[{number}]", message
    for number, difference in enumerate(row.differences):
        if difference.interval is not None:
            low, high = difference.interval
            if low > high or (difference.value is not None and not low <= difference.value <= high):
                yield f".differences[{number}].interval", f"{low:g} to {high:g} is not around {difference.value}."
    if row.shares and row.responder is None:
        yield ".shares", "who counts as better? Give `responder`."
    if row.needs and row.selection is None:
        yield ".needs", "the selection is not said in words. Give `selection`."
    if name in row.conflicts_with:
        yield ".conflicts_with", "conflicts with itself."


def _figure_problems(figure: Figure) -> Iterator[str]:
    if figure.events is not None:
        if figure.of is None:
            yield f"{figure.events} of how many?"
        elif figure.events > figure.of:
            yield f"{figure.events} of {figure.of} can never be."
        elif abs(figure.events / figure.of - figure.share) > ROUNDING:
            yield f"{figure.events} of {figure.of} is {figure.events / figure.of:.3f}, not {figure.share:g}."
    if figure.interval is not None and not 0 <= figure.interval[0] <= figure.share <= figure.interval[1] <= 1:
        low, high = figure.interval
        yield f"the interval {low:g} to {high:g} is not around {figure.share:g}."


def _says_something(row: Evidence) -> bool:
    both = row.sensitivity is not None and row.specificity is not None
    ratio = row.lr_positive is not None or row.lr_negative is not None
    return bool(ratio or both or row.counts or row.likelihoods)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _tables(name: str, file: Path) -> tuple[dict[str, Any], Places] | Problem:
    """The tables of a file and where they stand, or why it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return Problem(name, 1, f"this is not UTF-8: {error}.")
    try:
        return tomllib.loads(text), Places(text)
    except tomllib.TOMLDecodeError as error:
        number = str(error).partition("(at line ")[2].split(",")[0]
        line = int(number) if number.isdigit() else max(1, len(text.splitlines()))
        return Problem(name, line, f"this is not TOML: {error}.")


_SINGULARS = {
    "policies": "policy",
    "authorities": "authority",
    "evidence": "evidence row",
    "red_flags": "red flag",
    "shared_rows": "set of rows",
    "shared_policy_parts": "set of parts",
}


def _singular(kind: str) -> str:
    return _SINGULARS.get(kind, kind.removesuffix("s"))


def _unknown(kind: str, word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, sorted(known), n=3)
    return f"there is no {kind} {word!r}." + (f" Did you mean {' or '.join(near)}?" if near else "")
