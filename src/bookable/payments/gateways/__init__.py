"""The gateways that a site names in `BOOKABLE["GATEWAYS"]`, each by its alias."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver

from bookable.conf import settings
from bookable.errors import UnknownGateway
from bookable.payments.gateways.base import Capability, Gateway
from bookable.sockets import Socket, load_socket


def get_gateway(alias: str) -> Gateway:
    """The gateway of an alias, one for the whole process."""
    return _made(alias)


def load_gateway(alias: str) -> Socket[Gateway]:
    """The class behind an alias, without making one; Misconfigured if it can't be used."""
    gateways = settings.GATEWAYS
    if alias not in gateways:
        raise UnknownGateway(alias, sorted(gateways))
    return load_socket(gateways[alias], Gateway, setting=f"BOOKABLE['GATEWAYS']['{alias}']")


def gateways_for(currency: str, *capabilities: Capability) -> list[str]:
    """The aliases that take a currency and can do all of this, in the order of the settings."""
    return [
        alias
        for alias in settings.GATEWAYS
        if get_gateway(alias).takes(currency) and get_gateway(alias).capabilities >= {*capabilities}
    ]


@cache
def _made(alias: str) -> Gateway:
    return load_gateway(alias).make()


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "BOOKABLE":
        _made.cache_clear()


__all__ = ["Capability", "Gateway", "gateways_for", "get_gateway", "load_gateway"]
