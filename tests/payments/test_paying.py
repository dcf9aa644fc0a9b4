"""From a hold to a booking that is paid, with the real clients over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.payments.shops import Shop, open_shop

from bookable.models import PaymentState, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["stripe", "paystack"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with open_shop(request.param) as shop:
        yield shop


def test_1_who_pays_has_a_booking(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert payment.state == PaymentState.PENDING
    shop.customer_pays(payment)
    assert set(shop.tell()) == {200}
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert booking.state == State.CONFIRMED
    assert not booking.order.balance


def test_66_what_was_paid_is_given_back_when_it_is_cancelled(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    booking.cancel()
    refund = payment.refunds.get()
    print(refund, [str(e) for e in payment.events.all()])
    shop.tell()
    assert shop.books() == 0
