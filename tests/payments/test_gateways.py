"""Gateways by their aliases."""

from __future__ import annotations

from typing import Any

import pytest

from bookable.errors import UnknownGateway
from bookable.payments.gateways import Capability, Gateway, gateways_for, get_gateway


class Cash(Gateway):
    """Takes euros, and can do nothing else."""

    def __init__(self, *, secret: str = "") -> None:
        self.currencies = frozenset({"EUR"})
        self.secret = secret


class Cards(Gateway):
    capabilities = frozenset({Capability.CHECKOUT})


@pytest.fixture(autouse=True)
def _named(settings: Any) -> None:
    settings.BOOKABLE = {
        "GATEWAYS": {
            "till": {"BACKEND": f"{__name__}.Cash", "OPTIONS": {"secret": "x"}},
            "card": f"{__name__}.Cards",
            "other": f"{__name__}.Cards",
        }
    }


def test_an_alias_is_one_gateway_with_its_options() -> None:
    assert isinstance(get_gateway("till"), Cash)
    assert get_gateway("till") is get_gateway("till")
    assert get_gateway("card") is not get_gateway("other")


def test_an_unknown_alias_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UnknownGateway, match="card, other, till"):
        get_gateway("bank")


def test_changed_settings_are_followed(settings: Any) -> None:
    before = get_gateway("card")
    settings.BOOKABLE = {"GATEWAYS": {"card": f"{__name__}.Cash"}}
    assert type(get_gateway("card")) is not type(before)


def test_those_that_fit_come_in_the_order_of_the_settings() -> None:
    assert gateways_for("EUR") == ["till", "card", "other"]
    assert gateways_for("NGN") == ["card", "other"]
    assert gateways_for("EUR", Capability.CHECKOUT) == ["card", "other"]
