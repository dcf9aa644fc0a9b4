"""Queries that are written once and asked again and again with other values.

To put a query into SQL costs Django more than the database needs to answer it. What changes from
one question to the next is only its values, so the SQL is kept and they are put into it. A value
that decides what the query looks like, such as a flag, belongs to its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

#: More values than this are rare enough to be put into SQL each time.
_MOST_VALUES = 60
#: So many shapes of one query are kept.
_MOST_SHAPES = 200

#: Where stand-ins begin, each different from the next. They fit into the smallest of columns, as
#: a number that can't be in a column would change the query.
_STAND_INS = (11_000, 23_000)
_MOMENT = datetime(1951, 1, 1, tzinfo=UTC)

Build = Callable[..., QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """SQL, what each of its parameters is, and what turns its columns into Python's values."""

    sql: str
    constants: Sequence[Any]
    places: Sequence[tuple[int, int]]  # (parameter, value)
    converters: Sequence[tuple[int, Sequence[Any], Any]]

    def rows(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        parameters = list(self.constants)
        for place, value in self.places:
            parameters[place] = values[value]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return self._converted(found, connection) if self.converters else found

    def _converted(self, rows: Iterable[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        found = list(map(list, rows))
        for column, converters, expression in self.converters:
            for row in found:
                for convert in converters:
                    row[column] = convert(row[column], expression, connection)
        return found


class Prepared:
    """A function that builds a `values_list` query of an alias and values, as its rows."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._plans: dict[Any, _Plan | None] = {}

    def __call__(self, using: str, *values: Any, **named: Any) -> Iterable[Sequence[Any]]:
        connection = connections[using]
        leaves = list(_leaves((values, named)))
        if not 0 < len(leaves) <= _MOST_VALUES:
            return self.build(using, *values, **named)
        key = (using, connection.vendor, _shape((values, named)))
        try:
            plan = self._plans[key]
        except KeyError:
            if len(self._plans) >= _MOST_SHAPES:
                self._plans.clear()
            plan = self._plans[key] = self._plan(using, (values, named))
        if plan is None:
            return self.build(using, *values, **named)
        return plan.rows([_adapted(leaf, connection) for leaf in leaves], connection)

    def _plan(self, using: str, asked: Any) -> _Plan | None:
        """The query written with two sets of stand-ins, to see what is a value and what is not.

        None where that can't be told for certain: then it is written each time.
        """
        try:
            one, other = (self._written(using, asked, first) for first in _STAND_INS)
        except EmptyResultSet:
            return None
        places = []
        for place, pair in enumerate(zip(one.parameters, other.parameters, strict=True)):
            if pair in one.pairs(other):
                places.append((place, one.pairs(other).index(pair)))
            elif pair[0] != pair[1]:
                return None
        is_whole = {value for _place, value in places} == set(range(len(one.markers)))
        if one.sql != other.sql or not is_whole:
            return None
        return _Plan(one.sql, one.parameters, places, one.converters)

    def _written(self, using: str, asked: Any, first: int) -> _Written:
        values, named = marked = _marked(asked, count(first))
        compiler = self.build(using, *values, **named).query.get_compiler(using)
        sql, parameters = compiler.as_sql()
        fields = [column[0] for column in (compiler.select or [])[: compiler.col_count]]
        converters = [
            (column, functions, expression)
            for column, (functions, expression) in compiler.get_converters(fields).items()
        ]
        markers = [_adapted(leaf, connections[using]) for leaf in _leaves(marked)]
        return _Written(sql, tuple(parameters), markers, converters)


class _Written(NamedTuple):
    """A query in SQL with stand-ins for its values."""

    sql: str
    parameters: Sequence[Any]
    markers: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Any], Any]]

    def pairs(self, other: _Written) -> list[tuple[Any, Any]]:
        """What stands for each value here and there."""
        return list(zip(self.markers, other.markers, strict=True))


def _leaves(value: Any) -> Iterator[Any]:
    """The single values, in order; flags are not among them."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, (int, date)) and not isinstance(value, bool):
        yield value


def _shape(value: Any) -> Any:
    """What two questions must have in common to be asked by the same SQL."""
    if isinstance(value, dict):
        return tuple((name, _shape(one)) for name, one in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(_shape(one) for one in value)
    if isinstance(value, (int, date)) and not isinstance(value, bool):
        return type(value)
    return value


def _marked(value: Any, numbers: Iterator[int]) -> Any:
    """The same with a stand-in for each single value."""
    if isinstance(value, dict):
        return {name: _marked(one, numbers) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(_marked(one, numbers) for one in value)
    if isinstance(value, bool) or not isinstance(value, (int, date)):
        return value
    if isinstance(value, datetime):
        return _MOMENT + timedelta(minutes=next(numbers))
    if isinstance(value, date):
        return _MOMENT.date() + timedelta(days=next(numbers))
    return next(numbers)


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """As the database is handed it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
