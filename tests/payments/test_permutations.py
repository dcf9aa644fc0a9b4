"""In whatever order a company's messages come, twice or not at all, it ends in the same state."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.bookings.tables import listening
from tests.payments.shops import Shop, StripeShop, tomorrow

from bookable import jobs
from bookable.models import Booking, Payment, PaymentState, RefundState, Service, State
from bookable.payments.reconcile import reconcile
from bookable.testing import freeze
from bookable.testing.fakes.outbox import Delivery
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PRICE, GIVEN_BACK, DISPUTED = 10_000, 2_500, 3_000

#: What may happen next: something at the company, a message (the same one may come again, and some
#: never do), the customer's return, or a worker's round.
steps = st.lists(
    st.one_of(
        st.just("act"),
        st.tuples(st.just("tell"), st.integers(0, 30)),
        st.just("return"),
        st.just("work"),
    ),
    max_size=14,
)
few_examples = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_starts = count()


class Lifecycle:
    """A customer is declined, pays, gets some of it back, and disputes a part of the rest."""

    def __init__(self, shop: Shop, service: Service) -> None:
        self.shop, self.told = shop, list[Delivery]()
        number = next(_starts)
        start = tomorrow(8) + timedelta(days=number // 8, hours=number % 8)
        self.booking = shop.held(service, start)
        self.payment = shop.paying(self.booking)
        self.left = [self.decline, self.pay, self.give_back, self.dispute]

    def decline(self) -> None:
        self.shop.customer_is_declined(self.payment)

    def pay(self) -> None:
        self.shop.customer_pays(self.payment)

    def give_back(self) -> None:
        fake: Any = self.shop.fake  # type: ignore[attr-defined]
        if isinstance(self.shop, StripeShop):
            fake.refund_externally(self.intent, GIVEN_BACK)
        else:
            number = fake.refund_externally(self.payment.reference, GIVEN_BACK)
            fake.refund_event(number, "processed")

    def dispute(self) -> None:
        fake: Any = self.shop.fake  # type: ignore[attr-defined]
        if isinstance(self.shop, StripeShop):
            fake.open_dispute(self.intent, DISPUTED)
        else:
            fake.open_dispute(self.payment.reference, amount=DISPUTED)

    @property
    def intent(self) -> str:
        fake: Any = self.shop.fake  # type: ignore[attr-defined]
        return str(fake.object(self.payment.checkout)["payment_intent"])

    def run(self, plan: list[Any]) -> None:
        for step in plan:
            self.take(step)
        while self.left:
            self.left.pop(0)()

    def take(self, step: Any) -> None:
        if step == "act" and self.left:
            self.left.pop(0)()
            self.told += self.shop.deliveries()
        elif step == "return":
            assert self.shop.come_back(self.payment).status_code == 302
        elif step == "work":
            jobs.run_due()
        elif step[0] == "tell" and self.told:
            assert self.shop.post(self.told[step[1] % len(self.told)]) == 200

    def state(self) -> dict[str, Any]:
        payment = Payment.objects.get(pk=self.payment.pk)
        return {
            "payment": payment.state,
            "captured": payment.captured,
            "refunded": payment.refunded,
            "disputed": payment.disputed,
            "refunds": list(payment.refunds.values_list("state", "amount", "source")),
            "booking": Booking.objects.get(pk=self.booking.pk).state,
            "paid": payment.order.paid.amount,
        }


EXPECTED = {
    "payment": PaymentState.CAPTURED,
    "captured": PRICE,
    "refunded": GIVEN_BACK,
    "disputed": DISPUTED,
    "refunds": [(RefundState.SUCCEEDED, GIVEN_BACK, "external")],
    "booking": State.CONFIRMED,
    "paid": PRICE - GIVEN_BACK,
}


@pytest.fixture
def service(shop: Shop) -> Service:
    return shop.service(PRICE)


TELL = [("tell", number) for number in range(9)]


@few_examples
@given(plan=steps)
@example(plan=[])
@example(plan=["act", "act", "act", "act", *TELL, "work", "return"])
@example(plan=["act", "act", "act", "act", *reversed(TELL)])
@example(plan=["return", *["act", *TELL] * 4])
def test_35_whatever_is_told_and_when_it_ends_in_the_same_state(
    shop: Shop, service: Service, plan: list[Any]
) -> None:
    began = clock.now()
    life = Lifecycle(shop, service)
    with listening() as heard:
        life.run(plan)
        with freeze(clock.now() + timedelta(minutes=3)):
            reconcile(since=began)
            assert life.state() == EXPECTED
            reconcile(since=began)
            jobs.run_due()
    assert life.state() == EXPECTED
    assert heard.count("payment_captured") == 1
    assert heard.count("booking_confirmed") == 1
    assert heard.count("refund_succeeded") == 1
    events = list(life.payment.events.values_list("kind", flat=True))
    assert [events.count(kind) for kind in ("captured", "refund_found", "disputed")] == [1, 1, 1]
