"""The published JSON Schema of an assessment. ``python -m lenitive.cli.published_schema FILE`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def schema_text() -> str:
    """The schema as indented JSON."""
    from lenitive.reasoning.assessment import schema

    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Lenitive assessment"}
    return json.dumps({**head, **schema()}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
