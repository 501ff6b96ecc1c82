"""What every test lives under: no network, and the reference material only where it is present."""

import gc
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from lenitive.knowledge.places import Places
from lenitive.medicine import checking
from lenitive.rules import whys

Tables = tuple[dict[str, Any], Places] | checking.Problem

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


# Not an OSError, so that code which forgives a failed connection cannot swallow it.
class NetworkIsOffError(RuntimeError):
    """A test tried to leave this machine."""


def _stays_here(family: int, address: Any) -> bool:
    """Whether connecting a socket of this family to ADDRESS stays on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0])
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


# --- speed -----------------------------------------------------------------------------------------------------------


TOGETHER = {
    "tests/web/browser/test_journey_": "the journeys of three patients, in one clinic",
    "tests/web/browser/": "the demonstration clinic",
    "tests/generative/test_engines_agree.py": "Spark",
    "tests/spec/test_on_spark.py": "Spark",
    "tests/unit/registry/test_evaluation.py": "Spark",
}
"""Where a file's name begins so, it goes to one worker with all others of its kind: what they need starts once."""


LONGEST_FIRST = (*TOGETHER, "tests/web/test_killed.py", "tests/web/")
"""What takes long is begun first, so that at the end no worker has long work left while the other has none."""


class WholeFiles(LoadFileScheduling):
    """Deals out whole files: what a file builds once is built once, and who deals out does not have to count thousands
    of quick tests after each of them."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return next((kind for place, kind in TOGETHER.items() if file.startswith(place)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles | None:
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # what comes first is said above
    return WholeFiles(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = (*LONGEST_FIRST, "")
    items.sort(key=lambda item: next(n for n, place in enumerate(places) if item.nodeid.startswith(place)))


@pytest.fixture(autouse=True, scope="session")
def unchanged_files_read_once() -> Iterator[None]:
    """A test that changes one file of a copy of the content has the others checked as they were read before."""
    read = checking._tables
    known: dict[tuple[str, bytes], Tables] = {}

    def read_once(name: str, file: Path) -> Tables:
        key = name, file.read_bytes()
        if key not in known:
            known[key] = read(name, file)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "_tables", read_once)
        yield


def pytest_collection_finish() -> None:
    """What was collected stays to the end, and much of what is worked out later too: nobody looks through all of it
    for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


# --- what every test lives under -------------------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def every_question_written() -> None:
    """Questions are written down when they are first put, so that tests meet more than the plain way."""
    whys.WORTH_WRITING = 0


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let sockets connect to this machine only."""

    def guarded(connect: Any) -> Any:
        def connect_here(self: socket.socket, address: Any) -> Any:
            if not _stays_here(self.family, address):
                raise NetworkIsOffError(f"Tests run without a network; this one tried to connect to {address!r}.")
            return connect(self, address)

        return connect_here

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the repository; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the reference material in ../shared, beside the repository, which is absent here")
    return SHARED
