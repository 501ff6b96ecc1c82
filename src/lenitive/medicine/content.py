"""All clinical content: read once, checked as a whole, and looked up by name."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from lenitive.errors import KnowledgeError
from lenitive.knowledge.entries import Cited, Entry, Source
from lenitive.knowledge.loading import fingerprint, from_cache, line_of, read_tables, to_cache
from lenitive.medicine import shapes
from lenitive.medicine.shapes import Content

FOLDER = Path(__file__).parent

KINDS: dict[str, tuple[str, type[msgspec.Struct]]] = {
    "sources": ("sources*.toml", Source),
    "parameters": ("parameters/*.toml", Entry),
    "regions": ("generators/regions.toml", shapes.Region),
    "questions": ("generators/questions.toml", shapes.Question),
    "priors": ("generators/priors.toml", shapes.Prior),
    "generators": ("generators/generators*.toml", shapes.Generator),
    "findings": ("findings/catalogue*.toml", shapes.CatalogueFinding),
    "evidence": ("findings/evidence*.toml", shapes.Evidence),
    "blocks": ("findings/blocks*.toml", shapes.Block),
    "red_flags": ("findings/red_flags.toml", shapes.RedFlag),
    "procedures": ("procedures/*.toml", shapes.ProcedureEntry),
    "shared_rows": ("procedures/shared/*.toml", shapes.SharedRows),
    "outcomes": ("outcomes/*.toml", shapes.Outcome),
    "drugs": ("drugs/*.toml", shapes.DrugEntry),
    "shared_policy_parts": ("policies/shared/*.toml", shapes.SharedPolicyParts),
    "policies": ("policies/policy*.toml", shapes.Policy),
    "authorities": ("policies/authorities.toml", shapes.Authority),
    "contractors": ("policies/contractors.toml", shapes.Contractor),
    "instruments": ("instruments/*.toml", shapes.Instrument),
    "treatments": ("words/treatments.toml", shapes.Word),
    "statements": ("words/statements.toml", shapes.Word),
    "education": ("education/pages*.toml", shapes.EducationPage),
    "harms": ("education/harms.toml", shapes.HarmInWords),
    "talks": ("education/talks.toml", shapes.Talk),
    "guides": ("guides/*.toml", shapes.Guide),
    "waveforms": ("waveforms/*.toml", shapes.Waveform),
    "goals": ("words/goals.toml", shapes.Goal),
    "partners": ("words/partners.toml", shapes.Partner),
}
"""Each kind of content: the files that hold it (glob below ``medicine/``) and its shape."""


@cache
def content() -> Content:
    """The content shipped with the library, decoded once a process and cached between processes."""
    return load(FOLDER)


def load(folder: Path) -> Content:
    """The content below a folder. Shapes are checked here, how entries fit together in :func:`check`."""
    files = sorted(folder.rglob("*.toml"))
    key = fingerprint([*files, Path(__file__), Path(shapes.__file__)])
    kept = from_cache(key, Content)
    if kept is not None:
        return kept
    read: dict[str, Any] = {
        kind: read_tables(sorted(folder.glob(pattern)), shape) for kind, (pattern, shape) in KINDS.items()
    }
    read["procedures"] = {
        name: with_shared_rows(name, entry, read["shared_rows"]) for name, entry in read["procedures"].items()
    }
    read["policies"] = {
        name: with_shared_parts(name, entry, read["shared_policy_parts"]) for name, entry in read["policies"].items()
    }
    fresh = Content(**read)
    to_cache(key, fresh)
    return fresh


def with_shared_rows(
    name: str, entry: shapes.ProcedureEntry, sets: dict[str, shapes.SharedRows]
) -> shapes.ProcedureEntry:
    """A procedure with the rows of the sets that it shares added after its own."""
    unknown = [share for share in entry.shares if share not in sets]
    if unknown:
        raise KnowledgeError(f"procedures: {name!r} shares {unknown[0]!r}. There are: {', '.join(sorted(sets))}.")
    rows: dict[str, list[Any]] = {}
    for field in ("candidacy", "contraindications", "cautions", "risks", "aftercare", "warning_signs"):
        rows[field] = list(getattr(entry, field))
        for share in entry.shares:
            rows[field].extend(_named(share, field, getattr(sets[share], field)))
    return msgspec.structs.replace(entry, **rows)


def with_shared_parts(name: str, policy: shapes.Policy, sets: dict[str, shapes.SharedPolicyParts]) -> shapes.Policy:
    """A policy with the parts of the sets that it shares before its own, and each version's rows in their order."""
    unknown = [share for share in policy.shares if share not in sets]
    if unknown:
        raise KnowledgeError(f"policies: {name!r} shares {unknown[0]!r}. There are: {', '.join(sorted(sets))}.")
    shared = [sets[share] for share in policy.shares]
    rows = {
        row_name: row if row.id else msgspec.structs.replace(row, id=row_name)
        for parts in shared
        for row_name, row in parts.rows.items()
    }
    return msgspec.structs.replace(
        policy,
        shares=[],
        members=[*(member for parts in shared for member in parts.members), *policy.members],
        ambiguities=[*(one for parts in shared for one in parts.ambiguities), *policy.ambiguities],
        statements=[*(one for parts in shared for one in parts.statements), *policy.statements],
        versions=[_with_rows(name, version, rows) for version in policy.versions],
    )


def _with_rows(
    policy: str, version: shapes.PolicyVersion, shared: dict[str, shapes.Requirement]
) -> shapes.PolicyVersion:
    """A version with the rows that it names put in their order; its own rows that it does not name follow."""
    own = {row.id: row for row in version.wants if row.id}
    known = {**shared, **own}
    unknown = [row for row in version.rows if row not in known]
    if unknown:
        near = ", ".join(get_close_matches(unknown[0], known, n=3)) or "none alike"
        raise KnowledgeError(
            f"policies: {policy!r}, version from {version.effective_from}, names the row {unknown[0]!r}, which is "
            f"neither its own nor in a set that it shares. Near it: {near}."
        )
    rest = [row for row in version.wants if row.id not in version.rows]
    return msgspec.structs.replace(version, rows=[], wants=[*(known[row] for row in version.rows), *rest])


def _named(share: str, field: str, rows: list[Any]) -> list[Any]:
    """Shared requirements name themselves, so that they are the same row in every procedure."""
    return [
        msgspec.structs.replace(row, id=f"{share}.{field}#{row.id or number}")
        if isinstance(row, shapes.Requirement)
        else row
        for number, row in enumerate(rows, start=1)
    ]


def cited_parts(thing: Any, path: str) -> Iterator[tuple[str, Cited]]:
    """Every cited statement inside a piece of content, with its path."""
    if isinstance(thing, Cited):
        yield path, thing
    if isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from cited_parts(getattr(thing, name), f"{path}.{name}")
    elif isinstance(thing, dict):
        for name, part in thing.items():
            yield from cited_parts(part, f"{path}.{name}" if path else str(name))
    elif isinstance(thing, list):
        for number, part in enumerate(thing):
            yield from cited_parts(part, f"{path}[{number}]")


def place_of(kind: str, name: str, folder: Path = FOLDER) -> str:
    """File and line of an entry, for people who have to mend it."""
    for file in sorted(folder.glob(KINDS[kind][0])):
        line = line_of(file, name)
        text = file.read_text(encoding="utf-8")
        if line > 1 or text.lstrip().startswith((f"[{name}]", f'["{name}"]')):
            return f"{file.relative_to(folder)}, line {line}"
    raise KnowledgeError(f"{kind}: {name!r} stands in no file below {folder}.")
