"""A checker of FHIR R4 resources against official profiles, from the definition packages beside the repository.

It walks a resource and the snapshot of its profile together: names, types, cardinalities, fixed values and patterns,
slices, required bindings whose codes are listed, types of references, extensions, and the rules in FHIRPath. What
cannot be judged offline (value sets made by filters, slices told apart by ``resolve()``, rules that want a terminology
server) is left out, never called right: see :attr:`Checker.not_checked` and :attr:`Rules.not_run`.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lenitive.interop.fhir.days import BadDateError, days
from tests.conformance.invariants import Rules

Json = dict[str, Any]

BASE = "http://hl7.org/fhir/StructureDefinition/"
_PRIMITIVES = {
    "boolean": None,
    "integer": None,
    "unsignedInt": None,
    "positiveInt": None,
    "decimal": None,
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "code": r"[^\s]+( [^\s]+)*",
    "uri": r"\S*",
    "url": r"\S*",
    "canonical": r"\S*",
    "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
    "uuid": r"urn:uuid:[0-9a-f-]{36}",
    "date": r"\d{4}(-\d{2}(-\d{2})?)?",
    "dateTime": r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?",
    "instant": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})",
    "time": r"\d{2}:\d{2}:\d{2}(\.\d+)?",
    "string": r"[ \r\n\t\S]+",
    "markdown": r"[ \r\n\t\S]+",
    "base64Binary": r"[0-9A-Za-z+/=\s]*",
    "xhtml": r"[\s\S]+",
}
_DATES = ("date", "dateTime", "instant")
_NOT_ELEMENTS = frozenset(("resourceType", "fhir_comments"))


@dataclass(frozen=True)
class Issue:
    """Something that a profile does not allow."""

    path: str
    rule: str


@dataclass
class Node:
    """One element of a snapshot, its children and its slices."""

    element: Json
    children: dict[str, Node] = field(default_factory=dict)
    slices: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.element["path"]).rpartition(".")[2]

    @property
    def types(self) -> list[Json]:
        return self.element.get("type") or []

    @property
    def is_list(self) -> bool:
        return (self.element.get("base") or self.element).get("max") not in ("0", "1")

    def count_is_wrong(self, count: int) -> str:
        least, most = self.element.get("min", 0), self.element.get("max", "*")
        if count < least:
            return f"at least {least} wanted, {count} found"
        return f"at most {most} allowed, {count} found" if most != "*" and count > int(most) else ""


def tree_of(definition: Json) -> Node:
    """The snapshot of a definition as a tree."""
    nodes: dict[str, Node] = {}
    for element in definition["snapshot"]["element"]:
        nodes[element["id"]] = node = Node(element)
        parent, _, last = element["id"].rpartition(".")
        if ":" in last:
            base = f"{parent}.{last.partition(':')[0]}" if parent else last.partition(":")[0]
            nodes[base].slices.append(node)
        elif parent:
            nodes[parent].children[last] = node
    return nodes[definition["snapshot"]["element"][0]["id"]]


class Checker:
    """Checks resources against the profiles of some packages."""

    def __init__(self, packages: Sequence[Path]) -> None:
        self.definitions: dict[str, Json] = {}
        self.value_sets: dict[str, Json] = {}
        self.code_systems: dict[str, Json] = {}
        self.not_checked: Counter[str] = Counter()
        self.rules = Rules()
        self._trees: dict[str, Node] = {}
        self._resource: Json = {}
        for package in packages:
            self._read(package)

    def _read(self, package: Path) -> None:
        tables = {
            "StructureDefinition": self.definitions,
            "ValueSet": self.value_sets,
            "CodeSystem": self.code_systems,
        }
        with tarfile.open(package) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name.endswith(".json") else None
                resource = json.load(file) if file else {}
                table = tables.get(resource.get("resourceType", ""))
                if table is not None and "url" in resource:
                    table.setdefault(resource["url"], resource)
                    table[f"{resource['url']}|{resource.get('version', '')}"] = resource

    def tree(self, url: str) -> Node | None:
        """The tree of a definition, with or without its version."""
        if url not in self._trees:
            definition = self.definitions.get(url) or self.definitions.get(url.partition("|")[0])
            if definition is None or "snapshot" not in definition:
                return None
            self._trees[url] = tree_of(definition)
        return self._trees[url]

    def issues(self, resource: Json, profile: str | None = None) -> list[Issue]:
        """What a resource breaks of a profile; of its type alone if none is named."""
        kind = resource.get("resourceType", "")
        tree = self.tree(profile or f"{BASE}{kind}")
        if tree is None:
            raise LookupError(f"no definition of {profile or kind}")
        return list(dict.fromkeys(self._object(resource, tree, kind)))

    # --- one object

    def _object(self, value: Json, node: Node, path: str, kind: str | None = None) -> Iterator[Issue]:
        if "resourceType" not in value:
            yield from self._parts(value, node, path, kind)
            return
        outer, self._resource = self._resource, value
        yield from list(self._parts(value, node, path, kind))
        self._resource = outer

    def _parts(self, value: Json, node: Node, path: str, kind: str | None) -> Iterator[Issue]:
        yield from self._rules(value, node, path, kind)
        known = set(_NOT_ELEMENTS)
        for child in self._children(node, kind).values():
            found = list(_found(value, child))
            known.update(name for name, _, _ in found)
            known.update(f"_{name}" for name, _, _ in found)
            yield from self._element(value, child, found, path)
        for name in value:
            if name not in known:
                yield Issue(f"{path}.{name}", "no such element")

    def _rules(self, value: Any, node: Node, path: str, kind: str | None = None) -> Iterator[Issue]:
        """The rules of an element itself, and those of its type where the tree goes on there."""
        element = node.element
        types = [one["code"] for one in node.types if kind in (None, one["code"])]
        base = types[0] if types and not node.children else element.get("base", element)["path"]
        constraints = list(element.get("constraint", ()))
        inherited = self.tree(f"{BASE}{types[0]}") if types and not node.children else None
        if inherited is not None:
            known = {one["key"] for one in constraints}
            constraints += [one for one in inherited.element.get("constraint", ()) if one["key"] not in known]
        for said in self.rules.broken(value, constraints, base, self._resource):
            yield Issue(path, said)

    def _children(self, node: Node, kind: str | None = None) -> dict[str, Node]:
        """The children in the tree itself, else those of the type (``kind`` of several)."""
        if node.children:
            return node.children
        reference = node.element.get("contentReference")
        if reference:
            definition = self.tree(f"{BASE}{reference.partition('#')[2].partition('.')[0]}")
            part = definition
            for name in reference.partition("#")[2].split(".")[1:]:
                part = part.children[name] if part else None
            return part.children if part else {}
        types = [one for one in node.types if kind in (None, one["code"])]
        tree = (self.tree(_definition_of(types[0])) or self.tree(f"{BASE}{types[0]['code']}")) if types else None
        return tree.children if tree else {}

    def _element(self, value: Json, child: Node, found: Sequence[tuple[str, str, Any]], path: str) -> Iterator[Issue]:
        if len({name for name, _, _ in found}) > 1:
            yield Issue(f"{path}.{child.name}", "only one of the choices may stand")
        items: list[tuple[str, str, Any]] = []
        for name, kind, said in found:
            here = f"{path}.{name}"
            if child.is_list is not isinstance(said, list) and said is not None:
                yield Issue(here, "a list" if child.is_list else "no list")
            elif said == [] or said == {} or said == "":
                yield Issue(here, "empty")
            elif isinstance(said, list):
                items += [(f"{here}[{number}]", kind, item) for number, item in enumerate(said)]
            else:
                items.append((here, kind, said))
        wrong = child.count_is_wrong(len(items))
        if wrong:
            yield Issue(f"{path}.{child.name}", wrong)
        for here, kind, item in items:
            yield from self._value(item, child, kind, here)
        yield from self._sliced(items, child, path)

    def _sliced(self, items: Sequence[tuple[str, str, Any]], child: Node, path: str) -> Iterator[Issue]:
        for each in child.slices:
            members: list[tuple[str, str, Any]] = []
            judged = True
            for item in items:
                matches = self._is_member(item[2], item[1], each, child)
                judged = judged and matches is not None
                members += [item] if matches else []
            if not judged:
                self.not_checked[f"slice {each.element['id']}"] += 1
                continue
            wrong = each.count_is_wrong(len(members))
            if wrong:
                yield Issue(f"{path}.{child.name}:{each.element.get('sliceName')}", wrong)
            for here, kind, item in members:
                yield from self._value(item, each, kind, here)

    # --- one value

    def _value(self, value: Any, node: Node, kind: str, path: str) -> Iterator[Issue]:
        if value is None:
            return
        yield from _set_values(value, node, path)
        yield from self._binding(value, node, path)
        if kind in _PRIMITIVES or kind.startswith("http://hl7.org/fhirpath"):
            yield from _primitive(value, kind, path)
            yield from self._rules(value, node, path, kind)
        elif not isinstance(value, dict):
            yield Issue(path, "an object")
        elif kind in ("Resource", "DomainResource"):
            yield from self._inner(value, path)
        elif kind == "Extension":
            yield from self._extension(value, node, path)
        else:
            yield from self._object(value, node, path, kind)
            yield from self._type_profiles(value, node, kind, path)
            if kind == "Reference":
                yield from self._reference(value, node, path)

    def _inner(self, value: Json, path: str) -> Iterator[Issue]:
        tree = self.tree(f"{BASE}{value.get('resourceType')}")
        if tree is None:
            yield Issue(path, "no such resource type")
        else:
            yield from self._object(value, tree, path)

    def _extension(self, value: Json, node: Node, path: str) -> Iterator[Issue]:
        url = str(value.get("url", ""))
        tree = self.tree(url) or node
        yield from self._object(value, node if node.children else tree, path)
        values = [name for name in value if name.startswith(("value", "_value"))]
        if bool(values) is bool(value.get("extension")):
            yield Issue(path, "an extension holds a value or extensions")

    def _type_profiles(self, value: Json, node: Node, kind: str, path: str) -> Iterator[Issue]:
        profiles = next((one.get("profile", []) for one in node.types if one.get("code") == kind), [])
        trees = [tree for profile in profiles if (tree := self.tree(profile))]
        found = [list(self._object(value, tree, path)) for tree in trees]
        if found and all(found):
            yield from min(found, key=len)

    def _reference(self, value: Json, node: Node, path: str) -> Iterator[Issue]:
        said = value.get("reference")
        allowed = {
            str((self.definitions.get(target) or self.definitions.get(target.partition("|")[0]) or {}).get("type"))
            for one in node.types
            for target in one.get("targetProfile", [])
        }
        kind = said.split("/")[-2] if isinstance(said, str) and "/" in said else None
        kind = kind if self.tree(f"{BASE}{kind}") else None
        if kind and allowed and not allowed & {kind, "Resource", "None"}:
            yield Issue(path, f"a reference to {', '.join(sorted(allowed))}, not {kind}")

    # --- codes

    def _binding(self, value: Any, node: Node, path: str) -> Iterator[Issue]:
        binding = node.element.get("binding") or {}
        if binding.get("strength") != "required" or "valueSet" not in binding:
            return
        codes = self.codes(binding["valueSet"])
        if codes is None:
            self.not_checked[f"value set {binding['valueSet']}"] += 1
        elif not any(pair in codes for pair in _coded(value, codes)):
            yield Issue(path, f"a code of {binding['valueSet']}")

    def codes(self, url: str) -> frozenset[tuple[str, str]] | None:
        """The codes of a value set, or ``None`` if they are not listed here."""
        value_set = self.value_sets.get(url) or self.value_sets.get(url.partition("|")[0])
        if value_set is None:
            return None
        found: set[tuple[str, str]] = set()
        for include in value_set.get("compose", {}).get("include", []):
            part = self._included(include)
            if part is None:
                return None
            found |= part
        return frozenset(found)

    def _included(self, include: Json) -> set[tuple[str, str]] | None:
        if include.get("filter"):
            return None
        if include.get("valueSet"):
            parts = [self.codes(url) for url in include["valueSet"]]
            return None if any(part is None for part in parts) else {pair for part in parts for pair in part or ()}
        system = include.get("system", "")
        if include.get("concept"):
            return {(system, concept["code"]) for concept in include["concept"]}
        known = self.code_systems.get(system)
        return {(system, code) for code in _all_codes(known.get("concept", []))} if known else None

    # --- slices

    def _is_member(self, value: Any, kind: str, each: Node, base: Node) -> bool | None:
        slicing = base.element.get("slicing") or {"discriminator": [{"type": "value", "path": "url"}]}
        verdicts = [self._tells(value, kind, each, told) for told in slicing.get("discriminator") or ()]
        return None if None in verdicts or not verdicts else all(verdicts)

    def _tells(self, value: Any, kind: str, each: Node, told: Json) -> bool | None:
        way, path = told["type"], told["path"]
        if way == "type" and path == "$this":
            return kind in {one.get("code") for one in each.types}
        if way not in ("value", "pattern"):
            return None
        if path == "url" and each.name in ("extension", "modifierExtension"):
            profiles = [profile.partition("|")[0] for one in each.types for profile in one.get("profile", [])]
            fixed = each.children["url"].element.get("fixedUri") if "url" in each.children else None
            return isinstance(value, dict) and value.get("url") in {*profiles, *([fixed] if fixed else [])}
        wanted = self._node_at(each, path)
        return self._like(_values_at(value, path), wanted) if wanted else None

    def _node_at(self, node: Node, path: str) -> Node | None:
        if path == "$this":
            return node
        for name in path.split("."):
            child = self._children(node).get(name)
            if child is None or "(" in name:
                return None
            node = child
        return node

    def _like(self, values: Sequence[Any], wanted: Node) -> bool | None:
        for key, said in wanted.element.items():
            if key.startswith(("fixed", "pattern")):
                return any(_contains(value, said) for value in values)
        binding = wanted.element.get("binding") or {}
        codes = self.codes(binding["valueSet"]) if binding.get("strength") == "required" else None
        return None if codes is None else any(pair in codes for value in values for pair in _coded(value, codes))


# --- small parts


def _definition_of(kind: Json) -> str:
    profiles = kind.get("profile") or [f"{BASE}{kind['code']}"]
    return str(profiles[0])


def _found(value: Json, child: Node) -> Iterator[tuple[str, str, Any]]:
    """What stands under the name of an element, or under the names of its choices: name, type, value."""
    if child.name.endswith("[x]"):
        stem = child.name[:-3]
        names = {f"{stem}{one['code'][0].upper()}{one['code'][1:]}": one["code"] for one in child.types}
    else:
        names = {child.name: child.types[0]["code"] if child.types else "BackboneElement"}
    for name, kind in names.items():
        if name in value or f"_{name}" in value:
            said = value.get(name)
            if said is None and isinstance(value.get(f"_{name}"), list):
                said = [None] * len(value[f"_{name}"])
            yield name, kind, said


def _set_values(value: Any, node: Node, path: str) -> Iterator[Issue]:
    for key, wanted in node.element.items():
        if key.startswith("fixed") and value != wanted:
            yield Issue(path, f"exactly {wanted!r}")
        if key.startswith("pattern") and not _contains(value, wanted):
            yield Issue(path, f"with {wanted!r}")


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(_contains(value.get(key), part) for key, part in wanted.items())
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(_contains(item, part) for item in value) for part in wanted)
    return bool(value == wanted)


def _values_at(value: Any, path: str) -> list[Any]:
    values = [value]
    for name in [] if path == "$this" else path.split("."):
        inner = [one.get(name) for one in values if isinstance(one, dict)]
        values = [part for one in inner for part in (one if isinstance(one, list) else [one]) if part is not None]
    return values


def _primitive(value: Any, kind: str, path: str) -> Iterator[Issue]:
    kind = "string" if kind.startswith("http://hl7.org/fhirpath") else kind
    if kind == "boolean":
        right = isinstance(value, bool)
    elif kind in ("integer", "unsignedInt", "positiveInt"):
        least = {"positiveInt": 1, "unsignedInt": 0}.get(kind)
        right = isinstance(value, int) and not isinstance(value, bool) and (least is None or value >= least)
    elif kind == "decimal":
        right = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        right = isinstance(value, str) and re.fullmatch(_PRIMITIVES[kind] or "", value, re.ASCII) is not None
        if right and kind in _DATES:
            right = _is_a_day(value)
    if not right:
        yield Issue(path, f"a {kind}")


def _is_a_day(text: str) -> bool:
    try:
        days(text)
    except BadDateError:
        return False
    return True


def _coded(value: Any, codes: frozenset[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs of system and code that a value holds; a bare code is of any system of the set."""
    if isinstance(value, str):
        yield from ((system, value) for system, _ in codes)
    elif isinstance(value, dict):
        for coding in value.get("coding", [value] if "code" in value else []):
            yield coding.get("system", ""), coding.get("code", "")


def _all_codes(concepts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _all_codes(concept.get("concept", []))


@cache
def checker(folder: Path, *packages: str) -> Checker:
    """The checker of some packages, read once."""
    return Checker([folder / f"{package}.tgz" for package in ("hl7.fhir.r4.core-4.0.1-slim", *packages)])
