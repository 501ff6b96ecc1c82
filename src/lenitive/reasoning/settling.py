"""What a process that answers many times does once, before the first answer."""

from __future__ import annotations

import gc

from lenitive.reasoning.book import book


def settle() -> None:
    """Read the knowledge, and put what stays for good out of the garbage collector's sight.

    An assessment makes many values and hardly any garbage that only a collector finds, so it is looked for more rarely
    than usual: about once in ten assessments instead of several times in each.
    """
    book()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
