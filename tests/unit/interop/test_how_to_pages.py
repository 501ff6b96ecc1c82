"""What the how-to pages show can be read."""

import re
from pathlib import Path

import pytest

from lenitive.interop.case_file import TOP_KEYS, parse_case_file

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-case-file.md"
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_case_file_on_the_page_can_be_read(block):
    assert parse_case_file(block).chart.facts


def test_the_page_names_every_key_of_the_top():
    text = PAGE.read_text(encoding="utf-8")
    assert [key for key in TOP_KEYS if key not in text] == []
