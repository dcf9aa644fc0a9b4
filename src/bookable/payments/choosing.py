"""Which gateways an order can be paid with, and what a site has to say about that."""

from __future__ import annotations

from collections.abc import Sequence

from bookable.conf import settings
from bookable.errors import GatewayNotOffered
from bookable.payments.gateways import Capability, gateways_for
from bookable.payments.models import Order
from bookable.sockets import shared


class GatewaySelector:
    """The socket `BOOKABLE["GATEWAY_SELECTOR"]`: keep no state in it."""

    def choose(self, order: Order, fitting: Sequence[str]) -> Sequence[str]:
        """Those of the fitting gateways that are offered for an order, the best first."""
        raise NotImplementedError


class AllThatFit(GatewaySelector):
    """Whatever takes the currency and has a page to pay on, in the order of the settings."""

    def choose(self, order: Order, fitting: Sequence[str]) -> Sequence[str]:
        return fitting


def gateways_of(order: Order) -> list[str]:
    """The aliases among which the customer chooses."""
    fitting = gateways_for(order.currency, Capability.CHECKOUT)
    return [alias for alias in _selector().choose(order, fitting) if alias in fitting]


def chosen(order: Order, alias: str | None) -> str:
    """The gateway that was asked for, or the first; GatewayNotOffered if it doesn't fit."""
    offered = gateways_of(order)
    if not offered or (alias is not None and alias not in offered):
        raise GatewayNotOffered(alias or "", offered)
    return alias or offered[0]


def _selector() -> GatewaySelector:
    spec = settings.GATEWAY_SELECTOR
    return shared(spec, GatewaySelector, setting="BOOKABLE['GATEWAY_SELECTOR']")
