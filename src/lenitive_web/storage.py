"""Copies of the database: made while the clinic runs, checked before they are kept, put back only on purpose."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connections

from lenitive.errors import UsageError


def back_up(target: Path) -> None:
    """Write a copy of the whole database to a new file. What fails leaves no file behind."""
    if target.exists():
        raise UsageError(f"{target} is there already. Name a new file; a backup never replaces one.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.touch(mode=0o600)
    try:
        if _is_sqlite():
            _copy_sqlite(Path(_settings()["NAME"]), part)
            _check_sqlite(part)
        else:
            _postgres("pg_dump", "--format=custom", f"--file={part}")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def restore(source: Path, *, replace: bool) -> None:
    """Put a backup in the place of the database. A database that is there is replaced only when that is asked for."""
    if not source.is_file():
        raise UsageError(f"There is no backup at {source}.")
    if _is_sqlite():
        _restore_sqlite(source, Path(_settings()["NAME"]), replace)
    else:
        _restore_postgres(source, replace)


def _settings() -> dict[str, Any]:
    return connections["default"].settings_dict


def _is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise UsageError(f"There is no database at {source}. DATABASE_URL says where it is.")
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


def _check_sqlite(file: Path) -> None:
    """Refuse a file that is no database of ours or is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as there:
            answer = there.execute("PRAGMA integrity_check").fetchone()[0]
            ours = there.execute("SELECT count(*) FROM sqlite_master WHERE name = 'ledger_entry'").fetchone()[0]
    except sqlite3.DatabaseError:
        raise UsageError(f"{file} is not a backup of Lenitive.") from None
    if answer != "ok" or not ours:
        raise UsageError(f"{file} is damaged, or is not a backup of Lenitive.")


def _restore_sqlite(source: Path, target: Path, replace: bool) -> None:
    _check_sqlite(source)
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already. Stop the clinic, then say --replace to put the backup there.")
    connections.close_all()
    part = target.with_name(f".{target.name}.part")
    part.touch(mode=0o600)
    shutil.copyfile(source, part)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    part.rename(target)


def _restore_postgres(source: Path, replace: bool) -> None:
    with connections["default"].cursor() as cursor:
        there = bool(connections["default"].introspection.table_names(cursor))
    if there and not replace:
        raise UsageError(
            "The database has tables already. Stop the clinic, then say --replace to put the backup there."
        )
    connections.close_all()
    options = ["--clean", "--if-exists"] if there else []
    _postgres(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", *options,
        f"--dbname={_settings()['NAME']}", str(source),
    )  # fmt: skip


def _postgres(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise UsageError(f"{program} is not on this machine; it comes with PostgreSQL's client programs.")
    settings = _settings()
    told = {
        "PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"], "PGDATABASE": settings["NAME"],
    }  # fmt: skip
    secured = {f"PG{name.upper()}": value for name, value in settings["OPTIONS"].items() if name.startswith("ssl")}
    environment = {**os.environ, **{name: value for name, value in (told | secured).items() if value}}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else 'no reason given'}"
        )
