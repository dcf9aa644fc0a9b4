"""Queries that are written once find what they would find if they were written each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at

from bookable import prepared
from bookable.bookings.models import State
from bookable.bookings.steps.locks import _lane_rows
from bookable.catalog.candidates import candidate_rows
from bookable.models import Booking, Claim, Provider, Service, Session
from bookable.prepared import Prepared
from bookable.schedule.models import DateKind
from bookable.schedule.reads import hours_rows, session_rows, taken_rows
from bookable.testing import (
    make_booking,
    make_busy_time,
    make_date_hours,
    make_need,
    make_pool,
    make_provider,
    make_service,
    make_session,
    make_time_off,
    set_weekly_hours,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = at("08:00", day=4)


def same(rows: Prepared, *values: Any, **named: Any) -> list[tuple[Any, ...]]:
    """What it finds, which is what the plain query finds, whether it was asked before or not."""
    plain = sorted(map(tuple, rows.build("default", *values, **named)), key=repr)
    for _again in range(2):
        assert sorted(map(tuple, rows("default", *values, **named)), key=repr) == plain
    return plain


@pytest.fixture(params=[hours_rows, taken_rows, session_rows, candidate_rows])
def of_the_library(request: pytest.FixtureRequest) -> Prepared:
    rows: Prepared = request.param
    return Prepared(rows.build)


@pytest.fixture
def providers() -> list[Provider]:
    """Four of them, each with hours, holidays and things to do of their own."""
    found = [make_provider(f"Person {number}") for number in range(4)]
    for number, one in enumerate(found):
        first = date(2030, 3, 1 + number)
        set_weekly_hours(one, "18:00-20:00", weekdays=[number], valid_from=first)
        set_weekly_hours(one, "07:00-08:00", weekdays=[6], valid_until=first)
        make_date_hours(one, first, note=f"{number}")
        make_date_hours(one, date(2030, 3, 9), kind=DateKind.EXTRA, opens=0, closes=60 + number)
        make_busy_time(one, at("09:00") + number * HOUR, at("12:00") + number * HOUR)
        make_time_off(one, at("09:00", 6 + number), at("12:00", 8 + number))
    make_date_hours(None, date(2030, 3, 8), note="everybody")
    make_time_off(None, at("09:00", 8), at("10:30", 8))
    return found


@pytest.fixture
def services(providers: list[Provider]) -> list[Service]:
    """One that is alone in its session, one for several, one with needs."""
    alone, course, needy = (make_service(capacity=many) for many in (1, 4, 1))
    for provider in providers:
        alone.offerings.create(provider=provider, price=100 * provider.pk)
        course.offerings.create(provider=provider)
    make_need(needy, *providers[:2])
    make_need(needy, pool=make_pool("Pool", *providers[2:]), quantity=2)
    return [alone, course, needy]


@pytest.fixture
def sessions(providers: list[Provider], services: list[Service]) -> list[Session]:
    """Held, lapsed, released, full, and opened by staff."""
    alone, course, _needy = services
    found = []
    for number, provider in enumerate(providers):
        start = at("09:00", 5 + number)
        lapsed = NOW - timedelta(minutes=number - 1)
        make_booking(alone, start, provider)
        held = make_booking(alone, start + HOUR, provider, state=State.HELD, expires_at=lapsed)
        held.session.claims.update(expires_at=lapsed)
        make_session(alone, start + 2 * HOUR, provider, released_at=NOW, seats_taken=0)
        by_staff = bool(number % 2)
        many = make_session(
            course, start + 3 * HOUR, provider, opened_by_staff=by_staff, seats_taken=0
        )
        make_booking(course, start, session=many, seats=2 + number % 2)
        if by_staff:
            held = {"state": State.HELD, "expires_at": lapsed}
            make_booking(course, start, session=many, **held)
        found.append(many)
    return found


# What the library asks


@pytest.mark.parametrize("many", [0, 1, 2, 4])
@pytest.mark.parametrize("days", [0, 1, 9])
def test_hours_are_the_same(providers: list[Provider], many: int, days: int) -> None:
    keys = [provider.pk for provider in providers[:many]]
    for first in (date(2030, 3, 1), date(2030, 3, 4), date(2030, 3, 9), date(2031, 1, 1)):
        same(hours_rows, keys, first, first + timedelta(days=days))
    assert len(same(hours_rows, keys, date(2030, 3, 1), date(2030, 3, 9))) == 11 * many + 1


@pytest.mark.parametrize("with_lanes", [False, True])
@pytest.mark.parametrize("with_bookings", [False, True])
@pytest.mark.parametrize("with_sessions", [False, True])
def test_what_is_taken_is_the_same(
    providers: list[Provider],
    sessions: list[Session],
    with_sessions: bool,
    with_bookings: bool,
    with_lanes: bool,
) -> None:
    keys = [provider.pk for provider in providers]
    claims = list(Claim.objects.order_by("pk"))
    claims[0].booking = Booking.objects.earliest("pk")
    claims[0].save()
    for number in range(4):
        claim = claims[number]
        asked: dict[str, Any] = {}
        if with_sessions:
            asked["exclude"] = frozenset({sessions[number].pk, sessions[0].pk})
        if with_bookings:
            asked["bookings"] = {claims[0].booking_id, claims[0].booking_id + number}
        if with_lanes:
            asked["lanes"] = [(claim.session_id, claim.provider_id, claim.unit)]
        for low, high in ((at("08:00"), at("18:00", 9)), (claim.start, claim.end)):
            same(taken_rows, keys[number:], low, high, now=NOW, **asked)
            same(taken_rows, keys[:number], low, high, now=claim.expires_at or NOW, **asked)


@pytest.mark.parametrize("only_with_room", [False, True])
def test_sessions_are_the_same_with_every_field_as_the_model_has_it(
    services: list[Service], sessions: list[Session], only_with_room: bool
) -> None:
    keys = [service.pk for service in services]
    found = []
    for number in range(4):
        low = at("00:00", 4 + number)
        bookings = list(sessions[number].bookings.values_list("pk", flat=True))
        for given in ((), bookings):
            found += same(
                session_rows,
                keys[: 1 + number % 3],
                low,
                low + timedelta(days=4),
                now=NOW + number * HOUR,
                only_with_room=only_with_room,
                bookings=given,
            )
    assert found
    for row in found:
        session = Session.objects.get(pk=row[0])
        values = [getattr(session, column.attname) for column in Session._meta.concrete_fields]
        assert list(row[: len(values)]) == values
        assert {UUID, datetime, bool} <= set(map(type, row))


def test_candidates_are_the_same(services: list[Service]) -> None:
    keys = [service.pk for service in services]
    for some in ([], keys[:1], keys[1:], keys, keys[::-1], [keys[0], keys[0]], [0]):
        same(candidate_rows, some)
    assert len(same(candidate_rows, keys)) == 4 + 4 + 2 + 2 + 1


def test_what_the_library_asks_is_worth_keeping(
    sessions: list[Session], of_the_library: Prepared
) -> None:
    """None of it is written each time because its values can't be told from the rest."""
    for ask in _questions(of_the_library):
        ask(of_the_library)
    assert of_the_library._plans
    assert None not in of_the_library._plans.values()


def test_lanes_are_locked_the_same(providers: list[Provider]) -> None:
    keys = [provider.pk for provider in providers]
    with transaction.atomic():
        for some in (keys, keys[1:], [], [0]):
            for wait in (True, False):
                same(_lane_rows, some, wait=wait)


@pytest.mark.parametrize(
    ("wait", "expected"), [(True, {"FOR UPDATE", "FOR NO KEY UPDATE"}), (False, {"SKIP LOCKED"})]
)
def test_a_lock_that_is_asked_for_again_is_a_lock(
    providers: list[Provider], wait: bool, expected: set[str]
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("here the transaction is the lock")
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        for provider in providers:
            list(_lane_rows("default", [provider.pk], wait=wait))
    written = [query["sql"] for query in asked.captured_queries if "FROM" in query["sql"]]
    assert len(written) == len(providers)
    assert all(any(words in sql for words in expected) for sql in written)


# What is kept


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


# Several at once


@pytest.mark.django_db(transaction=True)
def test_many_threads_are_each_answered_what_they_asked(
    sessions: list[Session], of_the_library: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a SQLite database in memory belongs to one thread")
    monkeypatch.setattr(prepared, "_MOST_SHAPES", 2)
    expected = [
        (asked, sorted(map(tuple, asked(of_the_library.build)), key=repr))
        for asked in _questions(of_the_library)
    ]
    gate = Barrier(8)

    def ask(number: int) -> None:
        try:
            gate.wait(10)
            for turn in range(30):
                asked, rows = expected[(number + turn) % len(expected)]
                assert sorted(map(tuple, asked(of_the_library)), key=repr) == rows
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(ask, number) for number in range(8)]:
            done.result(60)


def _questions(rows: Prepared) -> Iterator[Callable[[Any], Any]]:
    providers = list(Provider.objects.order_by("pk").values_list("pk", flat=True))
    services = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(6):
        low = at("00:00", 4 + number % 4)
        high, some = low + timedelta(days=3), 1 + number % 3
        named: dict[str, Any] = {"now": NOW + number * HOUR}
        if rows.build is hours_rows.build:
            values: list[Any] = [providers[:some], low.date(), high.date()]
            named = {}
        elif rows.build is candidate_rows.build:
            values, named = [services[:some]], {}
        elif rows.build is session_rows.build:
            values = [services[:some], low, high]
            named["only_with_room"] = number > 2
        else:
            values = [providers[:some], low, high]
        yield partial(_ask, values, named)


def _ask(values: list[Any], named: dict[str, Any], rows: Any) -> Any:
    return rows("default", *values, **named)
