"""The reference describes the states of money, orders and gateways."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Choices
from tests.docs.reference import cells, names, parameters, section

from bookable import models
from bookable.payments.gateways import Gateway
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.payments.gateways.offline import OfflineGateway
from bookable.payments.kinds import OrderKind
from bookable.payments.pay import Checkout
from bookable.payments.steps.opening import Consent
from bookable.payments.velocity import Attempt

#: Those that need no package of a company's.
GATEWAYS = [DjangoPaymentsGateway, OfflineGateway]


@pytest.mark.parametrize(
    ("heading", "states"),
    [("States of a payment", models.PaymentState), ("States of a refund", models.RefundState)],
)
def test_every_state_of_money_is_described(heading: str, states: type[Choices]) -> None:
    told = [cell.strip().strip("`") for cell in cells(section("payments", heading))]
    assert sorted(told) == sorted(states.values)


OF_PAYMENTS = [("Checkout", Checkout), ("Consent", Consent), ("Velocity", Attempt)]


@pytest.mark.parametrize(("heading", "what"), OF_PAYMENTS)
def test_everything_that_payments_hands_over_is_described(heading: str, what: Any) -> None:
    assert names(section("payments", heading)) == set(what.__dataclass_fields__)


def test_every_method_of_an_order_kind_is_described() -> None:
    own = {name for name in vars(OrderKind) if not name.startswith("_")}
    assert names(section("payments", "OrderKind")) == own


def test_every_method_of_a_gateway_is_described() -> None:
    told = section("gateways", "The interface")
    own = {name for name in vars(Gateway) if not name.startswith("_")}
    assert [name for name in sorted(own) if f"`{name}" not in told] == []


@pytest.mark.parametrize("gateway", GATEWAYS, ids=lambda one: one.__name__)
def test_every_option_of_a_gateway_is_described(gateway: Any) -> None:
    assert names(section("gateways", gateway.__name__)) == set(parameters(gateway))
