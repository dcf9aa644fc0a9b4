"""Whether the gateways can be paid with, before somebody wants to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, register
from django.urls import NoReverseMatch, reverse

from bookable.checks.messages import error, warning
from bookable.conf import settings
from bookable.errors import BookableError
from bookable.payments.gateways import Capability, Gateway, get_gateway


@register("bookable")
def check_payments(app_configs: Any, **_kwargs: Any) -> Sequence[CheckMessage]:
    """Keys, secrets, currencies and addresses of all gateways that can be made."""
    gateways = _gateways()
    return [
        *_missing(gateways),
        *_live_in_debug(gateways),
        *_currency(gateways),
        *_addresses(gateways),
    ]


@register("bookable", deploy=True)
def check_payments_for_deployment(app_configs: Any, **_kwargs: Any) -> Sequence[CheckMessage]:
    """What is fine on a developer's machine only."""
    return [
        error(
            "E019",
            f"The gateway “{alias}” is for development: everybody can say that they have paid.",
            "Name a gateway that takes money, or the offline gateway in another mode.",
        )
        for alias, gateway in _gateways().items()
        if gateway.is_for_development
    ]


def _gateways() -> dict[str, Gateway]:
    """Those that can be made; what is wrong with the others is said by another check."""
    found = {}
    named = settings.GATEWAYS
    for alias in named if isinstance(named, dict) else ():
        try:
            found[alias] = get_gateway(alias)
        except (BookableError, TypeError):
            continue
    return found


def _missing(gateways: dict[str, Gateway]) -> Iterator[CheckMessage]:
    for alias, gateway in gateways.items():
        where = f"BOOKABLE['GATEWAYS']['{alias}']['OPTIONS']"
        if "secret_key" in gateway.lacks:
            yield error(
                "E016",
                f"The gateway “{alias}” has no secret key.",
                f"Give {where} the “secret_key” of the company's dashboard.",
            )
        if "webhook_secrets" in gateway.lacks:
            yield error(
                "E017",
                f"The gateway “{alias}” has no webhook secret, so it can't tell of payments.",
                f"Give {where} the “webhook_secrets” that the company shows for our address.",
            )


def _live_in_debug(gateways: dict[str, Gateway]) -> Iterator[CheckMessage]:
    for alias, gateway in gateways.items():
        if gateway.is_live and django_settings.DEBUG:
            yield warning(
                "W004",
                f"The gateway “{alias}” moves real money, and DEBUG is on.",
                "Use the keys of the company's test mode where you develop.",
            )


def _currency(gateways: dict[str, Gateway]) -> Iterator[CheckMessage]:
    if gateways and not any(one.takes(settings.CURRENCY) for one in gateways.values()):
        yield error(
            "E018",
            f"No gateway takes {settings.CURRENCY}, which is BOOKABLE['CURRENCY'].",
            "Name a gateway that does, or another currency.",
        )


def _addresses(gateways: dict[str, Gateway]) -> Iterator[CheckMessage]:
    listening = [alias for alias, one in gateways.items() if one.can(Capability.WEBHOOKS)]
    if not listening:
        return
    try:
        reverse("bookable:webhook", args=listening[:1])
    except NoReverseMatch:
        yield warning(
            "W005",
            "The addresses of bookable are not among the site's, so no gateway can tell of a "
            "payment, and customers don't come back by way of it.",
            'Add path("bookable/", include("bookable.urls")) to the site\'s URLs.',
        )
