"""Our books held against a company's: what is put right, and what is left for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.tables import listening
from tests.payments.shops import Shop, StripeShop, open_shop

from bookable import jobs
from bookable.errors import Declined, OutcomeUnknown
from bookable.models import (
    Booking,
    MessageState,
    Order,
    OrderLine,
    Payment,
    PaymentEvent,
    PaymentState,
    Refund,
    RefundSource,
    RefundState,
    SavedCard,
    State,
    WebhookEvent,
)
from bookable.money import Money
from bookable.payments.charge_saved import charge_saved
from bookable.payments.reconcile import Report, reconcile
from bookable.payments.steps.opening import Consent
from bookable.payments.webhooks import forget_handler, register_handler
from bookable.testing import freeze
from bookable.testing.fakes.stripe.cards import Card
from bookable.timeline import clock

pytestmark = pytest.mark.django_db(transaction=True)

PRICE, PART, FEE = 10_000, 2_500, 6_000
SOON = timedelta(minutes=3)


@pytest.fixture
def stripe() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


def later(after: timedelta = SOON, **options: Any) -> Report:
    """What is found a while from now."""
    with freeze(clock.now() + after):
        return reconcile(**options)


def codes(report: Report) -> list[str]:
    return [found.code for found in report.differences]


def company(shop: Shop) -> Any:
    return shop.fake  # type: ignore[attr-defined]


def refunded_there(shop: Shop, payment: Payment, amount: int) -> None:
    """Somebody of the staff gives money back on the company's own pages."""
    if isinstance(shop, StripeShop):
        company(shop).refund_externally(payment.external, amount)
    else:
        number = company(shop).refund_externally(payment.reference, amount)
        company(shop).refund_event(number, "processed")
    shop.deliveries()  # and nobody hears of it


def test_48_a_payment_whose_message_was_lost_is_found(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    report = later()
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    [line] = report.repaired
    assert line == f"Payment {payment.uuid} is captured now: captured."
    assert report.differences == []


def test_where_nothing_was_lost_nothing_is_put_right(shop: Shop) -> None:
    shop.paid()
    report = later()
    assert (report.looked_at, report.repaired, report.differences) == (1, [], [])


def test_what_was_begun_just_now_is_left_to_whoever_does_it(shop: Shop) -> None:
    shop.customer_pays(shop.paying())
    if not shop.can_expire:
        assert reconcile().looked_at == 0
    assert Payment.objects.get().checked_at is None or shop.can_expire


@pytest.mark.parametrize("name", ["lost", "external", "dispute"])
def test_to_reconcile_twice_is_to_reconcile_once(shop: Shop, name: str) -> None:
    payment = shop.paying()
    shop.customer_pays(payment)
    if name != "lost":
        shop.tell()
        payment.refresh_from_db()
    if name == "external":
        refunded_there(shop, payment, PART)
    if name == "dispute":
        disputed(shop, payment, PART)
    assert later().repaired
    before = list(PaymentEvent.objects.order_by("pk").values())
    with listening() as heard:
        report = later(2 * SOON)
    assert report.repaired == []
    assert heard == []
    assert list(PaymentEvent.objects.order_by("pk").values()) == before


def test_72_what_was_given_back_at_the_company_itself_is_found_once(shop: Shop) -> None:
    payment = shop.paid()
    refunded_there(shop, payment, PART)
    report = later()
    assert len(report.repaired) == 1
    [refund] = Refund.objects.all()
    assert (refund.state, refund.amount, refund.source) == ("succeeded", PART, "external")
    payment.refresh_from_db()
    assert payment.refunded == PART
    assert codes(report) == ["booked_not_paid"]
    later(2 * SOON)
    assert Refund.objects.count() == 1


def test_what_was_given_back_before_anybody_heard_of_the_payment_leaves_it_paid(
    shop: Shop,
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    if isinstance(shop, StripeShop):
        payment.external = company(shop).object(payment.checkout)["payment_intent"]
    refunded_there(shop, payment, PART)
    later()
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert booking.order.balance == Money(PART, shop.currency)


def disputed(shop: Shop, payment: Payment, amount: int) -> None:
    name = payment.external if isinstance(shop, StripeShop) else payment.reference
    company(shop).open_dispute(name, amount=amount)
    shop.deliveries()


def test_86_a_dispute_of_which_nobody_heard_is_found(shop: Shop) -> None:
    payment = shop.paid()
    disputed(shop, payment, PART)
    assert len(later().repaired) == 1
    payment.refresh_from_db()
    assert payment.disputed == PART
    assert payment.refundable == Money(PRICE - PART, shop.currency)


def test_14_a_late_payment_takes_the_place_again_if_it_is_free(shop: Shop) -> None:
    booking, payment = expired(shop)
    with freeze(clock.now() + timedelta(hours=4)):
        pay_late(shop, payment)
        reconcile()
        booking.refresh_from_db()
        assert booking.state == State.CONFIRMED
        assert shop.books() == PRICE


def test_15_a_late_payment_for_what_is_taken_is_given_back(shop: Shop) -> None:
    booking, payment = expired(shop)
    with freeze(clock.now() + timedelta(hours=4)):
        shop.held(booking.session.service, booking.session.start)
        pay_late(shop, payment)
        reconcile()
        jobs.run_due()
        booking.refresh_from_db()
        assert booking.state == State.EXPIRED
        assert shop.books() == 0


def expired(shop: Shop) -> tuple[Booking, Payment]:
    """Somebody who has let their time run out."""
    booking = shop.held()
    payment = shop.paying(booking)
    with freeze(clock.now() + timedelta(hours=3)):
        shop.fail("expire", "drop_before", times=9)  # or nobody could pay at Stripe any more
        jobs.run_due()
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED
    return booking, payment


def pay_late(shop: Shop, payment: Payment) -> None:
    shop.customer_pays(payment)
    shop.deliveries()


def fee_due(shop: Shop) -> tuple[SavedCard, Money]:
    """Somebody who has paid and may be charged a fee that they owe."""
    fee = Money(FEE, shop.currency)
    payment = shop.paid(consent=Consent(mandate="You may be charged.", limit=fee))
    line = OrderLine(order=payment.order, owner="shop", reference="1", kind="fee", label="No-show")
    line.created, line.unit_amount = clock.now(), FEE
    line.save()
    return SavedCard.objects.get(), fee


def charging(shop: Shop) -> str:
    return "POST /v1/payment_intents" if isinstance(shop, StripeShop) else "charge_authorization"


@pytest.mark.parametrize("mode", ["drop_before", "drop_after"])
def test_21_a_charge_whose_answer_was_lost_is_made_once(shop: Shop, mode: str) -> None:
    card, fee = fee_due(shop)
    shop.fail(charging(shop), mode)
    with pytest.raises(OutcomeUnknown):
        charge_saved(card, fee, key="no-show")
    shop.deliveries()
    assert len(later().repaired) == 1
    assert Payment.objects.get(purpose="fee").state == PaymentState.CAPTURED
    assert shop.books() == PRICE + FEE
    assert charge_saved(card, fee, key="no-show").state == PaymentState.CAPTURED
    assert shop.books() == PRICE + FEE


def test_81_a_charge_that_is_declined_when_it_is_asked_for_again_is_no_silence(
    stripe: Shop,
) -> None:
    card, fee = fee_due(stripe)
    stripe.fail(charging(stripe), "drop_before")
    with pytest.raises(OutcomeUnknown):
        charge_saved(card, fee, key="no-show")
    method = card.token.partition("/")[2]
    company(stripe).change_card(method, Card(off_session="declined"))
    report = later()
    assert codes(report) == []
    assert Payment.objects.get(purpose="fee").state == PaymentState.FAILED
    with pytest.raises(Declined):
        charge_saved(card, fee, key="another")


def test_a_charge_that_nobody_answered_for_a_day_is_not_asked_for_again(stripe: Shop) -> None:
    card, fee = fee_due(stripe)
    stripe.fail(charging(stripe), "drop_before")
    with pytest.raises(OutcomeUnknown):
        charge_saved(card, fee, key="no-show")
    assert "unanswered" in codes(later(timedelta(days=2)))
    assert stripe.books() == PRICE


def test_51_a_payment_of_another_amount_is_left_to_a_person(shop: Shop) -> None:
    payment = shop.paying()
    shop.customer_pays(payment, amount=PRICE - 1)
    assert "review" in codes(later())
    assert "review" in codes(later(timedelta(days=30)))


def test_a_message_that_was_given_up_is_left_to_a_person(shop: Shop) -> None:
    shop.paid()
    WebhookEvent.objects.update(state=MessageState.DEAD, next_at=None)
    assert set(codes(later())) == {"message"}
    assert codes(later(timedelta(days=30))) == []


def test_paid_for_and_not_booked_is_left_to_a_person(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    for name in ("r1", "r2", "r3"):  # so that it is not tried once more
        payment.refunds.create(
            amount=PART, state=RefundState.FAILED, source=RefundSource.SETTLEMENT, external=name
        )
    booking.cancel()
    assert "paid_not_booked" in codes(later())


def test_what_the_bank_took_back_is_not_missing(shop: Shop) -> None:
    booking = shop.held()
    disputed(shop, shop.paid(booking), PRICE)
    later()
    booking.cancel()
    assert "paid_not_booked" not in codes(later())


def test_booked_and_not_paid_for_is_left_to_a_person(shop: Shop) -> None:
    shop.held()
    Booking.objects.update(state=State.CONFIRMED)
    assert codes(later()) == ["booked_not_paid"]


def test_a_refund_that_failed_is_left_to_a_person_until_another_one_is_on_its_way(
    shop: Shop,
) -> None:
    payment = shop.paid()
    given = {"payment": payment, "amount": PART}
    Refund.objects.create(state=RefundState.FAILED, external="r1", **given)
    assert codes(later()) == ["refund"]
    Refund.objects.create(state=RefundState.SUCCEEDED, external="r2", **given)
    assert "refund" not in codes(later())


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (RefundState.NEEDS_ATTENTION, True),
        (RefundState.SUBMITTING, True),
        (RefundState.PENDING, False),
    ],
)
def test_75_a_refund_that_stands_still_is_told_however_old_it_is(
    shop: Shop, state: RefundState, is_told: bool
) -> None:
    payment = shop.paid()
    Refund.objects.create(payment=payment, amount=PART, state=state, external="r1")
    assert ("refund" in codes(later(timedelta(days=30)))) == is_told


def test_a_gateway_that_does_not_answer_is_told(shop: Shop) -> None:
    payments = [shop.paying() for _number in range(5)]
    shop.fail("GET", "drop_before", times=99)
    report = later()
    told = [found.text for found in report.differences if found.code == "unreachable"]
    assert sum(str(one.uuid) in " ".join(told) for one in payments) == 3
    assert "was not asked about 2 more payments" in told[-1]


def test_a_gateway_that_is_gone_from_the_settings_is_told(shop: Shop) -> None:
    payment = shop.paying()
    with override_settings(BOOKABLE={"GATEWAYS": {}, "CURRENCY": shop.currency}):
        [found] = [one for one in later().differences if one.code == "unreachable"]
    assert str(payment.uuid) in found.text


def test_what_was_looked_at_is_not_new_by_that(shop: Shop) -> None:
    shop.paid()
    old = clock.now() - timedelta(days=30)
    Payment.objects.update(created=old, modified=old)
    Order.objects.update(created=old, modified=old)
    assert reconcile(since=old - SOON).looked_at == 1
    assert Payment.objects.get().modified == old
    assert reconcile().looked_at == 0


def test_a_payment_that_was_refused_long_ago_is_not_asked_about_for_ever(shop: Shop) -> None:
    payment = shop.paying()
    old = clock.now() - timedelta(days=30)
    Payment.objects.filter(pk=payment.pk).update(
        state=PaymentState.FAILED, open_key=None, created=old, modified=old
    )
    assert reconcile().looked_at == 0


def test_a_handler_reads_a_message_that_was_missed_as_it_was(stripe: Shop) -> None:
    heard: list[Any] = []
    register_handler("checkout.*", lambda _row, told: heard.append(told.payload))
    try:
        stripe.customer_pays(stripe.paying())
        later()
    finally:
        forget_handler("checkout.*")
    assert [one["type"] for one in heard] == ["checkout.session.completed"]
