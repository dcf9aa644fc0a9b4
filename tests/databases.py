"""The databases that the suite runs on: a server for each, and Django's settings for its URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tests.processes import Unavailable
from tests.servers import embedded_postgres, own_mariadb, own_postgres

Server = Callable[[], AbstractContextManager[str]]

SQLITE = "sqlite://"
ENGINES = {
    "sqlite": "django.db.backends.sqlite3",
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "mysql": "django.db.backends.mysql",
    "mariadb": "django.db.backends.mysql",
}
#: How a URL names a unix socket, which has no place in a URL's host.
SOCKET_KEYS = ("host", "unix_socket")


def sqlite() -> AbstractContextManager[str]:
    return nullcontext(SQLITE)


def postgres() -> AbstractContextManager[str]:
    """The server of DATABASE_URL, else a throw-away one from a package or from the system."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres:", "postgresql:")):
        return nullcontext(given)
    return _first_available(embedded_postgres, own_postgres)


def mariadb() -> AbstractContextManager[str]:
    return own_mariadb()


def django_settings(url: str) -> dict[str, Any]:
    """What goes into DATABASES["default"]."""
    parts = urlsplit(url)
    engine = ENGINES.get(parts.scheme)
    if engine is None:
        raise ValueError(f"The tests know no database called “{parts.scheme}”.")
    if parts.scheme == "sqlite":
        return {"ENGINE": engine, **_file(parts)}
    options = {key: value for key, value in parse_qsl(parts.query) if key not in SOCKET_KEYS}
    settings = {"ENGINE": engine, **_connection(parts), "OPTIONS": options}
    if engine.endswith("mysql"):
        # MariaDB's own choice can't store every letter.
        settings["TEST"] = {"CHARSET": "utf8mb4"}
        settings["OPTIONS"] = {
            "isolation_level": "read committed",
            "charset": "utf8mb4",
            **options,
        }
    return settings


def _file(parts: SplitResult) -> dict[str, Any]:
    # Writers queue; without IMMEDIATE two transactions that both began by reading fail at once.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20}
    path = unquote(parts.path).removeprefix("/")
    if not path:
        return {"NAME": ":memory:", "OPTIONS": options}
    return {"NAME": path, "OPTIONS": options, "TEST": {"NAME": path}}


def _connection(parts: SplitResult) -> dict[str, str]:
    query = dict(parse_qsl(parts.query))
    sockets = [query[key] for key in SOCKET_KEYS if key in query]
    return {
        "NAME": unquote(parts.path).removeprefix("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": sockets[0] if sockets else unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


@contextmanager
def _first_available(*servers: Server) -> Iterator[str]:
    with ExitStack() as running:
        yield _start_first(running, servers)


def _start_first(running: ExitStack, servers: tuple[Server, ...]) -> str:
    reasons = []
    for server in servers:
        try:
            return running.enter_context(server())
        except Unavailable as reason:
            reasons.append(str(reason))
    raise Unavailable(", and ".join(reasons))
