"""Queries are kept by the shape of what is asked, and only so many."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.bookings.times import at
from tests.prepared.asking import same

from bookable import prepared
from bookable.catalog.candidates import candidate_rows
from bookable.models import Service, Session
from bookable.prepared import Prepared

pytestmark = pytest.mark.django_db


def test_one_shape_is_written_once(services: list[Service], sessions: list[Session]) -> None:
    calls = []

    @Prepared
    def rows(using: str, keys: list[int], low: datetime) -> Any:
        calls.append(keys)
        return Session.objects.using(using).filter(pk__in=keys, start__gte=low).values_list("pk")

    for number, session in enumerate(sessions):
        found = rows("default", [session.pk, 0], at("08:00", 4 + number))
        assert list(found) == [(session.pk,)]
    assert len(calls) == 2  # with one set of stand-ins, and with another


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"keys": [1]}, {"keys": [1, 2]}),
        ({"keys": [1]}, {"keys": []}),
        ({"keys": [1], "is_open": True}, {"keys": [1], "is_open": False}),
        ({"keys": [1], "is_open": True}, {"keys": [1], "is_open": 1}),
        ({"keys": [1], "at": date(2030, 3, 5)}, {"keys": [1], "at": at("00:00")}),
        ({"keys": [1], "at": None}, {"keys": [1], "at": at("00:00")}),
        ({"keys": [1], "name": "a"}, {"keys": [1], "name": "b"}),
    ],
)
def test_what_is_of_another_shape_is_written_anew(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    built: list[dict[str, Any]] = []

    def rows(using: str, **asked: Any) -> Any:
        built.append(asked)
        return Session.objects.using(using).filter(pk__in=asked["keys"]).values_list("pk")

    kept = Prepared(rows)
    list(kept("default", **one))
    before = len(built)
    list(kept("default", **other))
    assert len(built) > before


def test_only_so_many_shapes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_MOST_SHAPES", 3)
    rows = Prepared(candidate_rows.build)
    for many in range(1, 20):
        list(rows("default", list(range(many))))
        assert len(rows._plans) <= 3


def test_more_values_than_are_worth_keeping_are_put_into_the_query(
    services: list[Service],
) -> None:
    rows = Prepared(candidate_rows.build)
    keys = [*(service.pk for service in services), *range(-prepared._MOST_VALUES, 0)]
    same(rows, keys)
    assert not rows._plans
    same(rows, keys[: prepared._MOST_VALUES])
    assert len(rows._plans) == 1


def test_a_shape_that_another_thread_just_threw_away_is_answered_all_the_same(
    services: list[Service],
) -> None:
    class Forgetful(dict[Any, Any]):
        def __setitem__(self, key: Any, value: Any) -> None:
            """As if somebody came by at the worst of moments."""

    rows = Prepared(candidate_rows.build)
    rows._plans = Forgetful()
    same(rows, [services[0].pk])
