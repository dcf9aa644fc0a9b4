"""An account takes over what its owner booked as a guest, while others work on the same rows."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.bookings.classes import user
from tests.bookings.threads import (
    PATIENCE,
    begin,
    is_kept_waiting,
    locked,
    needs_several_connections,
)
from tests.bookings.times import at

from bookable.bookings.attach_bookings import attach_bookings
from bookable.models import WaitingEntry
from bookable.testing import make_customer, make_order, make_service, make_waiting_entry
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True)

CLEO = "cleo@example.com"


def test_whoever_waits_for_an_order_keeps_no_entry_from_others(clock: FrozenClock) -> None:
    needs_several_connections()
    order = make_order(make_customer(email=CLEO))
    entry = make_waiting_entry(make_service(), at("10:00"), at("12:00"), email=CLEO)
    cleo = user(email=CLEO)
    with locked(order):
        attaching = begin(lambda: attach_bookings(cleo))
        assert is_kept_waiting(attaching)
        with transaction.atomic():
            free = WaitingEntry.objects.select_for_update(skip_locked=True)
            assert list(free) == [entry]
    assert attaching.result(PATIENCE) == 1
