"""``python -m tests.web.postgres``: the tests of the clinic on a PostgreSQL that lives only as long as they run.

With ``--gate``, those that a database decides (who may see what, the audit, two people at once, backup and restore),
and nothing but a loud word where this machine has no PostgreSQL.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
DECIDED_BY_A_DATABASE = ("roles", "audit", "two_people", "ledger", "storage")
UNPRIVILEGED = ("postgres", "nobody")


def programs() -> Path | None:
    """Where ``initdb`` is."""
    for pattern in PLACES:
        for folder in sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True):
            if (folder / "initdb").exists():
                return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A new cluster on a socket of its own; the URL of its database. PostgreSQL refuses root, so root steps down."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    step_down: list[str] = []
    owner = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:
        owner = next(name for name in UNPRIVILEGED if _exists(name))
        shutil.chown(folder, owner)
        step_down = ["setpriv", f"--reuid={owner}", f"--regid={pwd.getpwnam(owner).pw_gid}", "--clear-groups"]
    folder.chmod(0o755)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*step_down, str(binaries / program), *arguments]
        subprocess.run(
            command, check=True, cwd=folder, stdout=subprocess.DEVNULL, env={**os.environ, "HOME": str(folder)}
        )

    try:
        run("initdb", f"--pgdata={data}", "--auth=trust", "--username=lenitive", "--encoding=UTF8", "--no-sync")
        options = f"-c listen_addresses= -c fsync=off -k {folder}"
        run("pg_ctl", f"--pgdata={data}", "--wait", f"--log={folder}/log", f"--options={options}", "start")
        try:
            run("createdb", f"--host={folder}", "--username=lenitive", "lenitive")
            yield f"postgresql://lenitive@/lenitive?host={folder}"
        finally:
            run("pg_ctl", f"--pgdata={data}", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def main() -> None:
    """Run the tests of the clinic, the browser's left out, or those that are named; with more arguments for pytest."""
    arguments, binaries = sys.argv[1:], programs()
    is_gate = arguments[:1] == ["--gate"]
    if binaries is None:
        told = "There is no PostgreSQL server here. Install one: apt-get install postgresql"
        if not is_gate:
            raise SystemExit(told)
        print(f"NOT TESTED ON POSTGRESQL. {told}", file=sys.stderr)
        return
    is_named = any(one.startswith("tests/") for one in arguments)
    chosen = [] if is_named else ["tests/web", "--ignore=tests/web/browser"]
    if is_gate:
        chosen = [f"tests/web/test_{name}.py" for name in DECIDED_BY_A_DATABASE]
    with cluster(binaries) as url:
        surroundings = {
            **os.environ,
            "LENITIVE_TEST_DATABASE_URL": url,
            "LENITIVE_TEST_STORAGE_URL": url,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        }
        command = [sys.executable, "-m", "pytest", *chosen, "-q", *arguments[is_gate:]]
        done = subprocess.run(command, env=surroundings, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
