"""Sends readers to the replica, as a site does that has many of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import connections


class ReadsFromReplica:
    is_on: ClassVar[bool] = False

    def db_for_read(self, model: type, **hints: Any) -> str:
        return "replica" if self.is_on else "default"

    def db_for_write(self, model: type, **hints: Any) -> str:
        return "default"


@contextmanager
def reading_from_replica() -> Iterator[None]:
    """Readers are sent to the replica, where nobody can write."""
    ReadsFromReplica.is_on = True
    try:
        with connections["replica"].execute_wrapper(_refuse_writes):
            yield
    finally:
        ReadsFromReplica.is_on = False


@contextmanager
def replica_is_gone() -> Iterator[None]:
    """Whoever asks the replica anything about bookings fails."""
    with reading_from_replica(), connections["replica"].execute_wrapper(_refuse):
        yield


def replicate() -> None:
    """Brings the replica up to date."""
    connections["replica"].ensure_connection()
    connections["default"].ensure_connection()
    connections["default"].connection.backup(connections["replica"].connection)


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN", "PRAGMA")), sql
    return execute(sql, params, many, context)


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise AssertionError(f"the replica was asked: {sql}")
