"""What was sent to a payer and what came back, byte for byte, kept before anything else happens.

A request is written down before it is sent. After a crash the journal therefore says which requests may have reached
the payer without an answer having come: about these the payer is asked, they are not sent anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from lenitive.errors import UsageError
from lenitive.interop.davinci.claim_parties import FHIR_ID


class Journal(Protocol):
    """Where requests and answers are kept, by the number of the submission."""

    def request_of(self, number: str) -> bytes | None:
        """What was or will be sent under a number."""

    def answer_to(self, number: str) -> bytes | None:
        """The last answer that came."""

    def begin(self, number: str, request: bytes) -> None:
        """Keep a request. Returns once it survives a crash; an error if the number stands for another request."""

    def keep_answer(self, number: str, answer: bytes) -> None:
        """Keep an answer. A later one, to a request that was pended, takes the place of an earlier one."""


class FolderJournal:
    """A journal in a folder: one file for each request, one for its last answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def request_of(self, number: str) -> bytes | None:
        """What was or will be sent under a number."""
        return _read(self._file(number, "request"))

    def answer_to(self, number: str) -> bytes | None:
        """The last answer that came."""
        return _read(self._file(number, "answer"))

    def begin(self, number: str, request: bytes) -> None:
        """Keep a request."""
        kept = self.request_of(number)
        if kept is None:
            _write_whole(self._file(number, "request"), request)
        elif kept != request:
            raise UsageError("Another request was sent under this number. A changed request needs a number of its own.")

    def keep_answer(self, number: str, answer: bytes) -> None:
        """Keep an answer."""
        _write_whole(self._file(number, "answer"), answer)

    def _file(self, number: str, what: str) -> Path:
        if not FHIR_ID.fullmatch(number) or number.startswith("."):
            raise UsageError("The number of a submission has letters, digits, '-' and '.', at most 64 of them.")
        return self.folder / f"{number}.{what}.json"


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _write_whole(file: Path, content: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
