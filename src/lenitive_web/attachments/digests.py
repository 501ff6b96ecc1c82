"""What a document's bytes were when it was attached, so that a change behind the clinic's back is seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256


def digest_of(body: bytes, words: str = "") -> str:
    """The digest of one piece: its bytes, and the words that are shown with them."""
    return sha256(bytes(body) + words.encode()).hexdigest()


def digest_of_all(digests: Sequence[str]) -> str:
    """The digest of a whole document."""
    return sha256(json.dumps(list(digests)).encode()).hexdigest()
