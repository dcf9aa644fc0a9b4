"""Datetimes as whole epoch seconds, worked out by the database.

A Python datetime costs more to make than the rest of its row to fetch, and the engine wants the
number anyway.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Func
from django.db.models.sql.compiler import SQLCompiler


class EpochFloor(Func):
    """The last whole second that is not after a datetime."""

    output_field: ClassVar[Any] = BigIntegerField()
    arity = 1
    postgres_template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
    mysql_template = "TIMESTAMPDIFF(SECOND, '1970-01-01', %(expressions)s)"
    sqlite_template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"

    def get_db_converters(self, connection: BaseDatabaseWrapper) -> list[Any]:
        return []  # every database answers with a whole number

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(compiler, connection, template=self.postgres_template, **context)

    def as_mysql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(compiler, connection, template=self.mysql_template, **context)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(compiler, connection, template=self.sqlite_template, **context)


class EpochCeil(EpochFloor):
    """The first whole second that is not before a datetime."""

    postgres_template = "CEIL(EXTRACT(EPOCH FROM %(expressions)s))::bigint"
    mysql_template = (
        "TIMESTAMPDIFF(SECOND, '1970-01-01', %(expressions)s) + (MICROSECOND(%(expressions)s) > 0)"
    )
    # Django writes the fraction of a second only where there is one
    sqlite_template = (
        "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) + (instr(%(expressions)s, '.') > 0)"
    )
