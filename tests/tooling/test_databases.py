from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests import databases
from tests.databases import SQLITE, django_settings
from tests.processes import Unavailable

SOCKET = "postgresql://postgres:@/postgres?host=/tmp/here"


@contextmanager
def no_server() -> Iterator[str]:
    raise Unavailable("nobody installed it")
    yield


@contextmanager
def some_server() -> Iterator[str]:
    yield "postgresql://started"


def test_sqlite_without_a_path_lives_in_memory() -> None:
    assert django_settings(SQLITE)["NAME"] == ":memory:"


def test_sqlite_with_a_path_lives_in_a_file() -> None:
    assert django_settings("sqlite:////tmp/a%20b")["TEST"] == {"NAME": "/tmp/a b"}


def test_sqlite_takes_its_lock_when_a_transaction_begins() -> None:
    assert django_settings(SQLITE)["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_folder_of_a_unix_socket_is_the_host() -> None:
    settings = django_settings(SOCKET)
    assert (settings["HOST"], settings["USER"], settings["PORT"]) == ("/tmp/here", "postgres", "")


def test_a_host_may_have_a_port() -> None:
    settings = django_settings("postgres://ann@db.example:5433/bookings")
    assert (settings["HOST"], settings["PORT"]) == ("db.example", "5433")


def test_a_password_may_hold_any_character() -> None:
    assert django_settings("postgres://ann:a%2Fb%40c@host/db")["PASSWORD"] == "a/b@c"


def test_other_options_reach_the_driver() -> None:
    assert django_settings("postgres://host/db?sslmode=require")["OPTIONS"] == {
        "sslmode": "require"
    }


def test_mariadb_reads_what_others_have_committed() -> None:
    settings = django_settings("mariadb://root@/bookable?unix_socket=/tmp/door")
    assert settings["HOST"] == "/tmp/door"
    assert settings["OPTIONS"] == {"isolation_level": "read committed", "charset": "utf8mb4"}


def test_an_unknown_database_is_named() -> None:
    with pytest.raises(ValueError, match="oracle"):
        django_settings("oracle://host/db")


def test_postgres_is_the_server_of_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", SOCKET)
    with databases.postgres() as url:
        assert url == SOCKET


def test_a_database_url_of_another_kind_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root@host/site")
    monkeypatch.setattr(databases, "embedded_postgres", some_server)
    with databases.postgres() as url:
        assert url == "postgresql://started"


def test_where_one_postgres_is_missing_the_next_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(databases, "embedded_postgres", no_server)
    monkeypatch.setattr(databases, "own_postgres", some_server)
    with databases.postgres() as url:
        assert url == "postgresql://started"
