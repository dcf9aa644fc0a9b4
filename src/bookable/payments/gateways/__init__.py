"""The gateways that a site names in `BOOKABLE["GATEWAYS"]`, each by its alias."""

from __future__ import annotations

from bookable.conf import settings
from bookable.errors import UnknownGateway
from bookable.payments.gateways.base import Capability, Gateway
from bookable.sockets import shared


def get_gateway(alias: str) -> Gateway:
    """The gateway of an alias, one for the whole process; Misconfigured if it can't be used."""
    gateways = settings.GATEWAYS
    if alias not in gateways:
        raise UnknownGateway(alias, sorted(gateways))
    return shared(gateways[alias], Gateway, setting=f"BOOKABLE['GATEWAYS']['{alias}']")


def gateways_for(currency: str, *capabilities: Capability) -> list[str]:
    """The aliases that take a currency and can do all of this, in the order of the settings."""
    return [
        alias
        for alias in settings.GATEWAYS
        if get_gateway(alias).takes(currency) and get_gateway(alias).capabilities >= {*capabilities}
    ]


__all__ = ["Capability", "Gateway", "gateways_for", "get_gateway"]
