"""``lenitive serve``, ``open-practice``, ``backup``, ``restore``: the clinic in a browser, and copies of its database.

The one place of the library that knows the web; it is imported only when one of these commands runs.
"""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lenitive.cli.options import today
from lenitive.cli.teaching import complain, teaching_errors
from lenitive.errors import UsageError

LOCAL = "127.0.0.1"
THREADS = 4
"""How many requests one worker answers at a time."""

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]
Migrate = Annotated[bool, typer.Option("--migrate", help="Bring the database up to date first.")]


def serve(
    host: Host = LOCAL,
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes.")] = 1,
    demo: Annotated[bool, typer.Option("--demo", help="An invented clinic on this machine only.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="The folder of the demo's database.", show_default="a new one")
    ] = None,
    migrate: Migrate = False,
) -> None:
    """Serve the clinic. Settings come from the environment; see the how-to page on the clinic."""
    with teaching_errors():
        _refuse_taken(host, port)
        if demo:
            _surround_demo(host, data)
        elif data:
            raise UsageError("--data is for --demo. Say where the clinic's database is with DATABASE_URL.")
        _start_django()
        if demo or migrate:
            _migrate()
        _refuse_unready()
        if demo:
            _open_demo(host, port)
        _say_how_to_begin()
        _serve(host, port, workers)


def open_practice(
    name: Annotated[str, typer.Argument(help="What the practice is called.")],
    administrator: Annotated[str, typer.Option(help="The e-mail address of its first administrator.")],
    called: Annotated[str, typer.Option(help="The administrator's name.")],
    site: Annotated[str, typer.Option(help="The clinic's address in the browser.")] = f"http://{LOCAL}:8000",
    migrate: Migrate = False,
) -> None:
    """Open the practice NAME, and print the link on which its first administrator chooses a password."""
    with teaching_errors():
        _start_django()
        if migrate:
            _migrate()
        if problem := _why_not_ready():
            raise UsageError(f"The practice cannot be opened: {problem}.")
        from lenitive_web.practice.actions import first_link
        from lenitive_web.practice.opening import open_practice as opened

        user = opened(name=name, email=administrator, person=called)
        typer.echo(f"{user.practice} is open. {user.name} chooses a password here; the link works once:\n")
        typer.echo(f"  {first_link(user, site)}\n")
        typer.echo("It is as good as a password: hand it over as such.")


def backup(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write a checked copy of the clinic's database to FILE, while the clinic runs."""
    with teaching_errors():
        _start_django()
        from lenitive_web.storage import back_up

        back_up(file)
        typer.echo(f"The database is in {file}. It holds everything about every patient: keep it as such.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `lenitive backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also where a database is already.")] = False,
) -> None:
    """Put the copy in FILE in the place of the clinic's database. The clinic must not run."""
    with teaching_errors():
        _start_django()
        from lenitive_web.storage import restore as put_back

        put_back(file, replace=replace)
        typer.echo(f"The database is as it was in {file}.")


def _refuse_taken(host: str, port: int) -> None:
    """Say that somebody else listens there before a database is made and a password is printed."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as problem:
        raise UsageError(
            f"Nothing can listen at {host}, port {port}: {problem.strerror}. Choose others with --host and --port."
        ) from None


def _surround_demo(host: str, data: Path | None) -> None:
    """What the demonstration runs in: its own database, no HTTPS, this machine only."""
    if host not in (LOCAL, "localhost", "::1"):
        raise UsageError("The demonstration's passwords are printed, so it listens on this machine only.")
    folder = data or Path(tempfile.mkdtemp(prefix="lenitive-clinic-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"sqlite:///{folder.resolve() / 'clinic.sqlite3'}",
        "DEBUG": "no",
        "LENITIVE_HTTPS": "no",
        "LENITIVE_HOSTS": "localhost,127.0.0.1,[::1]",
    }


def _start_django() -> None:
    """Start Django; settings that do not hold are told, not traced. What is written from here on, the database above
    all, nobody else on this machine may read."""
    os.umask(0o077)
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
    except ModuleNotFoundError:
        raise UsageError(
            "The clinic's libraries are not installed. Install them with: pip install 'lenitive[web]'"
        ) from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lenitive_web.settings")
    try:
        django.setup()
    except ImproperlyConfigured as problem:
        raise UsageError(str(problem)) from None


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except OperationalError as problem:
        raise UsageError(
            f"The database cannot be brought up to date: {problem}. DATABASE_URL says where it is."
        ) from None


def _refuse_unready() -> None:
    """Say what keeps the clinic from serving before anybody meets it."""
    from lenitive_web.frontend.collect import is_collected

    if problem := _why_not_ready():
        raise UsageError(f"The clinic cannot open: {problem}.")
    if not is_collected():
        complain("The files of the look are missing or old; collect them with: python -m lenitive_web.frontend")


def _why_not_ready() -> str:
    from lenitive_web.health import why_not_ready

    return why_not_ready()


def _say_how_to_begin() -> None:
    """A clinic without a practice has nobody who could sign in."""
    from lenitive_web.people.models import Practice

    if not Practice.objects.exists():
        complain(
            "There is no practice yet, so nobody can sign in. Open one with: "
            "lenitive open-practice NAME --administrator EMAIL --called NAME"
        )


def _open_demo(host: str, port: int) -> None:
    from lenitive_web.demo.accounts import PASSWORD
    from lenitive_web.demo.clinic import open_demo

    accounts = open_demo(today())
    lines = [f"  {account.role:22} {account.email}" for account in accounts]
    typer.echo(
        "\n".join(
            [f"\nThe clinic is at {address_of(host, port)}", "", *lines, "", f"  password for all: {PASSWORD}", ""]
        )
    )


def address_of(host: str, port: int) -> str:
    """What to type into a browser. An IPv6 address stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "lenitive_web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        log_access=False,
    ).serve()
