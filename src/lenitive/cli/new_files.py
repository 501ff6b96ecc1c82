"""Files that a command writes: each whole or not at all, and none over another unless that is wanted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from lenitive.errors import UsageError


def check_targets(targets: Collection[Path], force: bool) -> None:
    """Nothing is worked out for a file that could not be written."""
    if len({target.resolve() for target in targets}) < len(targets):
        raise UsageError("--packet, --for-us, --summary and --appeal name the same file. Give each its own.")
    for target in targets:
        if target.is_dir():
            raise UsageError(f"{target} is a folder. Name a file, for example {target / 'packet.pdf'}.")
        if not target.parent.is_dir():
            raise UsageError(f"{target.parent} is not a folder. Make it first, or name another place.")
        if target.exists() and not force:
            raise _already_there(target)


def _already_there(target: Path) -> UsageError:
    return UsageError(f"{target} exists already. Name another file, or add --force to write over it.")


def write_new(target: Path, body: bytes, force: bool) -> None:
    """Write a file whole or not at all: beside its place first, then moved there. An existing one needs ``force``."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            if not force:
                target.touch(mode=0o600, exist_ok=False)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError:
        raise _already_there(target) from None
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}. Name another place.") from None
