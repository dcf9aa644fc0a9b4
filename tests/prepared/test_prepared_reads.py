"""What the library asks finds the same whether it was kept or is written each time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import HOUR, at
from tests.prepared.asking import NOW, questions, same

from bookable.bookings.steps.locks import _lane_rows
from bookable.catalog.candidates import candidate_rows
from bookable.models import Booking, Claim, Provider, Service, Session
from bookable.prepared import Prepared
from bookable.schedule.reads import hours_rows, session_rows, taken_rows

pytestmark = pytest.mark.django_db


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
    for ask in questions(of_the_library):
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
