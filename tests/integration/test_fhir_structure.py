"""What we write has the structure of FHIR R4, by the published definitions beside the repository."""

import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lenitive.interop.case_file import read_case_file
from lenitive.interop.fhir.writer import chart_as_bundle
from tests.conftest import ROOT, SHARED
from tests.strategies import charts

PACKAGE = SHARED / "data" / "fhir" / "packages" / "hl7.fhir.r4.core-4.0.1-slim.tgz"
PRIMITIVES = {
    "string": str,
    "code": str,
    "uri": str,
    "url": str,
    "canonical": str,
    "id": str,
    "markdown": str,
    "date": str,
    "dateTime": str,
    "instant": str,
    "decimal": (int, float),
    "integer": int,
    "positiveInt": int,
    "unsignedInt": int,
    "boolean": bool,
    "base64Binary": str,
    "http://hl7.org/fhirpath/System.String": str,
}
needs_definitions = pytest.mark.skipif(not PACKAGE.is_file(), reason="needs ../shared/data/fhir/packages")


@cache
def definitions() -> dict[str, dict[str, dict[str, Any]]]:
    """Elements by path, by name of the type."""
    found = {}
    with tarfile.open(PACKAGE) as package:
        for member in package.getmembers():
            if Path(member.name).name.startswith("StructureDefinition-"):
                definition = json.load(package.extractfile(member))
                elements = definition.get("snapshot", {}).get("element", [])
                found[definition["type"]] = {element["path"]: element for element in elements}
    return found


def faults(value: dict[str, Any], type_name: str, path: str) -> list[str]:
    """What is wrong with an object: unknown and missing elements, wrong types, lists where none belong."""
    elements = definitions()[type_name]
    prefix = f"{path}."
    children = {
        key[len(prefix) :]: e for key, e in elements.items() if key.startswith(prefix) and "." not in key[len(prefix) :]
    }
    found: list[str] = []
    used = set()
    for key, part in value.items():
        if key == "resourceType":
            continue
        name, code = _element_of(key, children)
        if name is None:
            found.append(f"{path}.{key} is unknown")
            continue
        used.add(name)
        many = children[name].get("max", "1") not in ("0", "1")
        if many is not isinstance(part, list):
            found.append(f"{path}.{key} is {'not ' if many else ''}a list")
        for item in part if isinstance(part, list) else [part]:
            found += _faults_of_item(item, code, type_name, f"{path}.{name}")
    found += [f"{path}.{name} is missing" for name, e in children.items() if e.get("min", 0) > 0 and name not in used]
    return found


def _element_of(key: str, children: dict[str, dict[str, Any]]) -> tuple[str | None, str]:
    if key in children:
        return key, children[key].get("type", [{"code": "Element"}])[0]["code"]
    for name, element in children.items():
        if name.endswith("[x]") and key.startswith(name[:-3]):
            for kind in element["type"]:
                if key[len(name) - 3 :].casefold() == kind["code"].casefold():
                    return name, kind["code"]
    return None, ""


def _faults_of_item(item: Any, code: str, type_name: str, path: str) -> list[str]:
    if code in PRIMITIVES:
        right = isinstance(item, PRIMITIVES[code]) and (code == "boolean" or not isinstance(item, bool))
        return [] if right else [f"{path} is no {code}"]
    if not isinstance(item, dict):
        return [f"{path} is no {code}"]
    if code in ("BackboneElement", "Element"):
        return faults(item, type_name, path)
    return faults(item, code, code) if code in definitions() else []


def faults_of_bundle(bundle: dict[str, Any]) -> list[str]:
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [fault for each in resources for fault in faults(each, each["resourceType"], each["resourceType"])]


@needs_definitions
def test_the_check_finds_faults():
    wrong = {"resourceType": "Observation", "status": 7, "nonsense": 1, "category": {}, "valueQuantity": {"value": "7"}}
    assert faults(wrong, "Observation", "Observation") == [
        "Observation.status is no code",
        "Observation.nonsense is unknown",
        "Observation.category is not a list",
        "Quantity.value is no decimal",
        "Observation.code is missing",
    ]


@needs_definitions
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(charts())
def test_a_written_chart_has_the_structure_of_r4(chart):
    assert faults_of_bundle(chart_as_bundle(chart)) == []


@needs_definitions
@pytest.mark.parametrize("name", ["facet", "radiculopathy", "sacroiliac"])
def test_a_written_example_has_the_structure_of_r4(name):
    assert faults_of_bundle(chart_as_bundle(read_case_file(ROOT / "examples" / f"{name}.toml").chart)) == []
