"""What nobody but us and the company may know is nowhere to be read."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.apps import apps
from django.db import models
from tests.payments.scenes import consent, desk_of
from tests.payments.shops import (
    PAYSTACK_KEY,
    STRIPE_KEY,
    STRIPE_SECRET,
    Shop,
    StripeShop,
)

from bookable.errors import BookableError
from bookable.models import Payment, SavedCard, WebhookEvent
from bookable.money import Money
from bookable.payments.charge_saved import charge_saved
from bookable.payments.forget_card import forget_card
from bookable.payments.gateways import get_gateway
from bookable.payments.reconcile import reconcile
from bookable.payments.refresh import refresh
from bookable.payments.refund import refund
from bookable.testing.booking_factories import make_order_line
from bookable.testing.fakes.stripe.cards import Card

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

SECRETS = {STRIPE_KEY, STRIPE_SECRET, PAYSTACK_KEY}
#: What goes wrong, one after the other.
FAULTS = ("drop_before", "drop_after", "html_after", "error_before", "busy_before")


class Errors(list[str]):
    """What every error of ours says, its causes included."""

    def note(self, error: BaseException | None) -> None:
        while error is not None:
            self.append(f"{error} {error!r} {vars(error)}")
            error = error.__cause__ or error.__context__


def lives(shop: Shop) -> Errors:
    """A payment with its refunds, a saved card and all that can fail on the way."""
    errors = Errors()
    payment = shop.paid(consent=consent(shop, 90_000))
    card = SavedCard.objects.get()
    make_order_line(payment.order, 9000, kind="fee", owner="site")
    for number, fault in enumerate(FAULTS):
        for work in (
            lambda: refresh(payment),
            lambda: refund(payment, Money(500, shop.currency)),
            lambda number=number: charge_saved(card, Money(6000, shop.currency), key=f"{number}"),
            lambda: shop.paying(payment.order.bookings.get()),
        ):
            shop.fail("", fault)
            errors += failing(work)
    if isinstance(shop, StripeShop):
        shop.fake.change_card(card.token.partition("/")[2], Card(off_session="declined"))
    else:
        desk_of(shop).fake.next_charge("failed")
    errors += failing(lambda: charge_saved(card, Money(5500, shop.currency), key="declined"))
    desk_of(shop).fake.revoke(shop.settings["card"]["OPTIONS"]["secret_key"])
    errors += failing(lambda: refresh(payment))
    errors += failing(lambda: forget_card(card))
    reconcile()
    with suppress(BookableError):
        payment.order.bookings.get().cancel()
    shop.tell()
    return errors


def failing(work: object) -> Errors:
    errors = Errors()
    try:
        work()  # type: ignore[operator]
    except BookableError as error:
        errors.note(error)
    return errors


def columns() -> Iterator[str]:
    """Every value of every row in the database."""
    for model in apps.get_models():
        for row in model._base_manager.values():
            yield f"{model.__name__}: {row}"


def leaks(texts: list[str]) -> list[str]:
    return [text[:300] for text in texts if any(secret in text for secret in SECRETS)]


def test_95_no_log_error_or_column_tells_a_secret(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = lives(shop)
    assert len(errors) > len(FAULTS)
    assert caplog.records
    rows = list(columns())
    assert len(rows) > 20
    assert leaks(errors) == []
    assert leaks([f"{one.getMessage()} {one.exc_text}" for one in caplog.records]) == []
    assert leaks(rows) == []


def test_95_what_is_shown_of_a_gateway_has_no_key(shop: Shop) -> None:
    gateway = get_gateway(shop.alias)
    assert leaks([repr(gateway), str(gateway), f"{gateway}"]) == []


def test_95_the_rows_of_a_payment_show_no_token(shop: Shop) -> None:
    shop.paid(consent=consent(shop))
    card = SavedCard.objects.get()
    shown = [repr(row) + str(row) for row in (card, Payment.objects.get(), *events())]
    assert not [text for text in shown if card.token in text]


def events() -> list[models.Model]:
    return [*WebhookEvent.objects.all(), *Payment.objects.get().events.all()]


def test_95_a_secret_would_be_found(shop: Shop) -> None:
    payment = shop.paying()
    Payment.objects.filter(pk=payment.pk).update(failure=f"key {STRIPE_KEY} is wrong")
    assert len(leaks(list(columns()))) == 1
