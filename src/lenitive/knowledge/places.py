"""Where in a TOML file something stands, so that whoever has to mend it need not look for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=(.*)$""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_LONG = ('"""', "'''")


class Places:
    """The lines of one TOML file by path: ``name``, ``name.values[1].grade``."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        self._last: dict[str, int] = {}
        table = ""
        lines = iter(enumerate(text.splitlines(), start=1))
        for number, line in lines:
            if header := _HEADER.match(line):
                table = self._open(_parts(header[2]), is_array=header[1] == "[[")
                self._lines.setdefault(table, number)
            elif key := _KEY.match(line):
                path = _joined(table, *_parts(key[1]))
                self._lines.setdefault(path, number)
                self._skip(path, key[2], lines)

    def line(self, path: str) -> int:
        """The line of a path, or of the nearest thing above it; 1 if nothing of it is known."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 1

    def _open(self, parts: list[str], is_array: bool) -> str:
        """The path of a table header, with the number of each array element that it stands in."""
        path = ""
        for position, part in enumerate(parts, start=1):
            path = _joined(path, part)
            if is_array and position == len(parts):
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = f"{path}[{self._last[path]}]"
        return path

    def _skip(self, path: str, value: str, lines: Iterator[tuple[int, str]]) -> None:
        """Pass over the lines of a long value; note where the elements of a list of inline tables stand."""
        for mark in _LONG:
            if value.lstrip().startswith(mark) and value.count(mark) == 1:
                next((line for _, line in lines if mark in line), None)
                return
        depth, element = _depth(value), 0
        while depth > 0 and (following := next(lines, None)):
            number, line = following
            if depth == 1 and line.lstrip().startswith("{"):
                self._lines[f"{path}[{element}]"] = number
                element += 1
            depth += _depth(line)


def _parts(dotted: str) -> list[str]:
    return [next(filter(None, found), "") for found in _PART.findall(dotted)]


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _depth(text: str) -> int:
    """How many more brackets are opened than closed, outside texts and comments."""
    bare = _TEXT.sub("", text).split("#")[0]
    return sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}")
