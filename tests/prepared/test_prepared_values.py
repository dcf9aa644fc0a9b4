"""Values go into a query that was kept and come out of it as Django does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F, Q, Value
from tests.bookings.times import HOUR, at
from tests.prepared.asking import same

from bookable import prepared
from bookable.models import Session
from bookable.prepared import Prepared

pytestmark = pytest.mark.django_db


# What can't be told from a value


def plan_of(rows: Prepared) -> object:
    [plan] = rows._plans.values()
    return plan


@pytest.mark.parametrize("constant", [1, 2, *prepared._STAND_INS, prepared._STAND_INS[0] + 1])
def test_a_constant_that_looks_like_a_value_stays_as_it_is(
    sessions: list[Session], constant: int
) -> None:
    rows = Prepared(
        lambda using, keys: (
            Session.objects.using(using)
            .filter(Q(capacity=constant) | Q(pk=constant) | Q(pk__in=keys))
            .values_list("pk", Value(constant))
        )
    )
    for one in (sessions[0].pk, sessions[1].pk, constant, *prepared._STAND_INS):
        same(rows, [one, constant])


def test_a_value_that_is_used_twice_is_exchanged_twice(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, key: (
            Session.objects.using(using).filter(Q(pk=key) | Q(capacity=key)).values_list("pk")
        )
    )
    for one in (*(session.pk for session in sessions), 1, 4):
        assert same(rows, one)
    assert plan_of(rows)


def test_a_value_that_is_not_used_changes_nothing(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, key, _other: Session.objects.using(using).filter(pk=key).values_list("pk")
    )
    for one in sessions:
        assert same(rows, one.pk, one.pk + 1) == [(one.pk,)]


def test_a_value_that_is_changed_on_its_way_is_put_into_the_query(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, key: Session.objects.using(using).filter(pk=key + 1).values_list("pk")
    )
    for one in sessions:
        assert same(rows, one.pk - 1) == [(one.pk,)]
    assert plan_of(rows) is None


def test_a_value_that_decides_what_is_asked_is_put_into_the_query(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, most: Session.objects.using(using).order_by("pk").values_list("pk")[:most]
    )
    assert [len(same(rows, many)) for many in (1, 3, 2)] == [1, 3, 2]
    assert plan_of(rows) is None


def test_a_query_that_can_find_nothing_finds_nothing(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, keys, low: (
            Session.objects.using(using).filter(pk__in=keys, start__gte=low).values_list("pk")
        )
    )
    assert same(rows, [], at("08:00")) == []
    assert same(rows, [sessions[0].pk], at("08:00")) == [(sessions[0].pk,)]


# What comes out


def test_columns_come_out_as_django_gives_them(sessions: list[Session]) -> None:
    columns = ("uuid", "start", "opened_by_staff", "zone", "released_at", "capacity")
    rows = Prepared(
        lambda using, keys, low: (
            Session.objects.using(using)
            .filter(pk__in=keys, start__gte=low)
            .annotate(length=F("end") - F("start"))
            .values_list(*columns, "length", "service__currency")
        )
    )
    for number, session in enumerate(sessions):
        [found] = same(rows, [session.pk], at("08:00", 4 + number))
        assert found[:6] == tuple(getattr(session, name) for name in columns)
        assert found[6:] == (HOUR, "EUR")


def test_moments_are_compared_to_the_microsecond(sessions: list[Session]) -> None:
    rows = Prepared(
        lambda using, moment: (
            Session.objects.using(using).filter(start__lt=moment).values_list("pk")
        )
    )
    start = min(session.start for session in Session.objects.all())
    tick = timedelta(microseconds=1)
    counts = [len(same(rows, moment)) for moment in (start - tick, start, start + tick)]
    assert counts == [0, 0, 1]
