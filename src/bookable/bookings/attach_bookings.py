from __future__ import annotations

from typing import Any

from django.db import router
from django.db.models import QuerySet

from bookable.bookings.models import WaitingEntry
from bookable.payments.models import Order
from bookable.timeline import clock
from bookable.transactions import for_update, in_transaction


def attach_bookings(user: Any, *, email: str | None = None, using: str | None = None) -> int:
    """Gives an account what its owner booked as a guest under an address; how many orders.

    Call it only for an address that was verified to be this user's: whoever gets an order can see
    and change all of its bookings. Without `email` it is the account's own. What belongs to an
    account already stays there.
    """
    alias = using or router.db_for_write(Order)
    given = getattr(user, user.get_email_field_name(), "") if email is None else email
    address = (given or "").strip().lower()
    if not address:
        return 0

    def work() -> int:
        # orders before entries, as everybody locks them
        count = _attach(Order.objects.using(alias).filter(user=None, email=address), user)
        _attach(WaitingEntry.objects.using(alias).filter(user=None, email=address), user)
        return count

    return in_transaction(work, using=alias)


def _attach(rows: QuerySet[Any], user: Any) -> int:
    keys = list(for_update(rows.order_by("pk")).values_list("pk", flat=True))
    return rows.filter(pk__in=keys).update(user_id=user.pk, modified=clock.now())
