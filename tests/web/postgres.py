"""``python -m tests.web.postgres``: the tests of the clinic on a PostgreSQL that lives only as long as they run."""

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
UNPRIVILEGED = ("postgres", "nobody")


def programs() -> Path:
    """Where ``initdb`` is; an error that says how to get it if it is nowhere."""
    for pattern in PLACES:
        for folder in sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True):
            if (folder / "initdb").exists():
                return folder
    if found := shutil.which("initdb"):
        return Path(found).parent
    raise SystemExit("There is no PostgreSQL server here. Install one: apt-get install postgresql")


@contextmanager
def cluster() -> Iterator[str]:
    """A new cluster on a socket of its own; the URL of its database. PostgreSQL refuses root, so root steps down."""
    binaries = programs()
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
    """Run the tests of the clinic, the browser's left out, with further arguments for pytest."""
    with cluster() as url:
        surroundings = {
            **os.environ,
            "LENITIVE_TEST_DATABASE_URL": url,
            "LENITIVE_TEST_STORAGE_URL": url,
            "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}",
        }
        command = [sys.executable, "-m", "pytest", "tests/web", "--ignore=tests/web/browser", "-q", *sys.argv[1:]]
        done = subprocess.run(command, env=surroundings, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
