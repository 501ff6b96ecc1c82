"""What goes to stdout for other programs."""

from __future__ import annotations

import sys


def write_json(body: bytes) -> None:
    """Write UTF-8 on stdout, whatever its encoding is set to: JSON is always UTF-8."""
    import msgspec

    sys.stdout.flush()
    left = memoryview(msgspec.json.format(body, indent=2) + b"\n")
    # An unbuffered stdout (PYTHONUNBUFFERED) may take a part only.
    while left:
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.buffer.flush()
