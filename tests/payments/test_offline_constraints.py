"""What the database itself refuses in the books of the offline gateway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bookable.models import OfflineEntry, OfflineRefund, PaymentState
from bookable.timeline import clock

pytestmark = pytest.mark.django_db


def entry(reference: str = "one", **fields: Any) -> OfflineEntry:
    now = clock.now()
    details = {"currency": "EUR", "amount": 5000, "created": now, "expires": now, **fields}
    return OfflineEntry.objects.create(reference=reference, **details)


def give_back(paid: OfflineEntry, key: str = "back", amount: int = 100) -> OfflineRefund:
    return OfflineRefund.objects.create(entry=paid, key=key, amount=amount, created=clock.now())


def refuses(name: str, **fields: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        entry(**fields)


def test_nobody_is_asked_for_nothing() -> None:
    entry("least", amount=1)
    refuses("bookable_offlineentry_amount", amount=0)


def test_what_is_set_aside_is_something() -> None:
    entry("aside", state=PaymentState.AUTHORIZED, authorized=5000)
    refuses("bookable_offlineentry_authorized", state=PaymentState.AUTHORIZED)
    refuses("bookable_offlineentry_authorized", authorized=-1)


def test_what_was_taken_was_something() -> None:
    refuses("bookable_offlineentry_captured", state=PaymentState.CAPTURED, authorized=5000)


def test_no_more_is_taken_than_came() -> None:
    came = {"state": PaymentState.CAPTURED, "authorized": 5000}
    entry("all", captured=5000, **came)
    refuses("bookable_offlineentry_captured", captured=5001, **came)


def test_nothing_is_taken_of_what_did_not_come() -> None:
    refuses("bookable_offlineentry_captured", captured=100, authorized=100)


def test_one_reference_is_one_entry() -> None:
    entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(expires=clock.now() + timedelta(days=1))


def test_one_key_is_one_refund() -> None:
    paid = entry(state=PaymentState.CAPTURED, authorized=5000, captured=5000)
    give_back(paid)
    with pytest.raises(IntegrityError), transaction.atomic():
        give_back(paid)


def test_a_refund_gives_something_back() -> None:
    paid = entry(state=PaymentState.CAPTURED, authorized=5000, captured=5000)
    with pytest.raises(IntegrityError, match="bookable_offlinerefund_amount"), transaction.atomic():
        give_back(paid, amount=0)
