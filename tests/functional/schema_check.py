"""A JSON Schema checker for the part of the language that the published schema uses; it refuses any other word."""

from datetime import date
from typing import Any

_IGNORED = {"title", "description", "$defs", "$schema", "default"}
_KNOWN = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "format", "pattern",
    "prefixItems", "minItems", "maxItems",
}  # fmt: skip
_TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "integer": int,
}


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> list[str]:
    """Everything about a value that the schema does not allow."""
    unknown = schema.keys() - _IGNORED - _KNOWN
    assert not unknown, f"the checker does not know {unknown} at {path}"
    found: list[str] = []
    if "$ref" in schema:
        found += problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, path)
    if "anyOf" in schema and all(problems(value, one, root, path) for one in schema["anyOf"]):
        found.append(f"{path}: fits none of the alternatives")
    if "type" in schema and not _is(value, schema["type"]):
        return [*found, f"{path}: {type(value).__name__} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is none of {schema['enum']}")
    if schema.get("format") == "date" and isinstance(value, str):
        date.fromisoformat(value)
    if isinstance(value, dict):
        found += _object(value, schema, root, path)
    if isinstance(value, list):
        found += _array(value, schema, root, path)
    return found


def _is(value: Any, kind: str | list[str]) -> bool:
    kinds = [kind] if isinstance(kind, str) else kind
    return any(isinstance(value, _TYPES[one]) and not (isinstance(value, bool) and one != "boolean") for one in kinds)


def _object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    found = [f"{path}: {name} is missing" for name in schema.get("required", []) if name not in value]
    for name, part in value.items():
        if name in known:
            found += problems(part, known[name], root, f"{path}.{name}")
        elif others is False:
            found.append(f"{path}: {name} is not in the schema")
        elif isinstance(others, dict):
            found += problems(part, others, root, f"{path}.{name}")
    return found


def _array(value: list[Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    first = schema.get("prefixItems", [])
    found = [error for number, (part, one) in enumerate(zip(value, first, strict=False))
             for error in problems(part, one, root, f"{path}[{number}]")]  # fmt: skip
    if isinstance(rest := schema.get("items"), dict):
        for number, part in enumerate(value[len(first) :], start=len(first)):
            found += problems(part, rest, root, f"{path}[{number}]")
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        found.append(f"{path}: {len(value)} items")
    return found
