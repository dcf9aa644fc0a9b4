"""Calendars, services and sessions of all kinds, for queries to find."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.bookings.times import HOUR, at
from tests.prepared.asking import NOW

from bookable.bookings.models import State
from bookable.catalog.candidates import candidate_rows
from bookable.models import Provider, Service, Session
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
