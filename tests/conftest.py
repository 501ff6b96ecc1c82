"""What every test lives under: no network, and the reference material only where it is present."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from lenitive.rules import whys

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
