"""Two accounts at one company."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings
from tests.bookings.threads import at_once
from tests.payments.scenes import (
    card_of,
    charges,
    desk_of,
    owes,
)
from tests.payments.shops import Shop, open_shop

from bookable.errors import (
    GatewayAuthError,
)
from bookable.models import PaymentState
from bookable.money import Money
from bookable.payments.charge_saved import charge_saved
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.questions import CheckoutRequest
from bookable.timeline import clock

money_case = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", ["stripe", "paystack"])
def test_90_two_accounts_at_once_use_their_own_keys(name: str) -> None:
    with open_shop(name) as shop:
        fake, one = desk_of(shop).fake, shop.settings["card"]
        accounts = {
            alias: {**one, "OPTIONS": {**one["OPTIONS"], "secret_key": f"sk_test_{alias}"}}
            for alias in ("north", "south")
        }
        with override_settings(BOOKABLE={"GATEWAYS": accounts}):
            at_once(*[lambda alias=alias: starts(alias, shop) for alias in accounts] * 4)
        asked = [one for one in fake.requests if one.method == "POST"]
        assert len(asked) == 40
        for request in asked:
            account = "north" if b"north" in request.body else "south"
            assert request.headers["authorization"] == f"Bearer sk_test_{account}"


def starts(alias: str, shop: Shop) -> None:
    """Five checkouts of one account, named after it."""
    for _number in range(5):
        name = str(uuid4())
        get_gateway(alias).start_checkout(
            CheckoutRequest(
                key=name,
                reference=name,
                money=Money(10_000, shop.currency),
                email=f"{alias}@example.com",
                description="A massage",
                return_url=f"https://{alias}.example.com/",
                cancel_url=f"https://{alias}.example.com/",
                expires_at=clock.now() + timedelta(hours=1),
            )
        )


@money_case
def test_90_a_key_that_was_revoked_fails_no_payment_of_the_other_account(shop: Shop) -> None:
    card = card_of(shop)
    desk_of(shop).fake.revoke(shop.settings["card"]["OPTIONS"]["secret_key"])
    with pytest.raises(GatewayAuthError):
        charge_saved(card, owes(card, 6000), key="fee")
    assert charges() == [PaymentState.CREATED]
