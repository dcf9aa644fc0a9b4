"""The site's `BOOKABLE` dict, typed, with a documented default for every key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.conf import settings as django_settings

#: A dotted path, or {"BACKEND"/"RULE": dotted path, "OPTIONS": {...}}.
SocketSpec: TypeAlias = str | Mapping[str, Any]

DEFAULT_RULES: tuple[str, ...] = (
    "bookable.availability.rules.WeeklyHours",
    "bookable.availability.rules.DateHours",
    "bookable.availability.rules.Accepting",
    "bookable.availability.rules.TimeOff",
    "bookable.availability.rules.BusyTimes",
    "bookable.availability.rules.Claims",
    "bookable.availability.rules.DailyLimit",
    "bookable.availability.rules.WeeklyLimit",
    "bookable.availability.rules.Notice",
    "bookable.availability.rules.Minimum",
    "bookable.availability.rules.Horizon",
    "bookable.bookings.rules.CustomerLimit",
    "bookable.bookings.rules.ExtraStock",
)

DEFAULT_GATEWAYS: Mapping[str, SocketSpec] = {
    "default": {"BACKEND": "bookable.payments.gateways.offline.OfflineGateway"},
}


class Settings:
    """Reads `settings.BOOKABLE` anew at every access, so `override_settings` simply works."""

    @property
    def RULESETS(self) -> Mapping[str, Sequence[SocketSpec]]:  # noqa: N802
        """Named, ordered lists of availability rules. A service names the one it uses."""
        rulesets: Mapping[str, Sequence[SocketSpec]] = self._get("RULESETS", {})
        return {"default": DEFAULT_RULES, **rulesets}

    @property
    def ASSIGNMENT(self) -> SocketSpec:  # noqa: N802
        """Who gets it when any provider will do."""
        spec: SocketSpec = self._get("ASSIGNMENT", "bookable.availability.assignment.LeastBusy")
        return spec

    @property
    def PRICING(self) -> SocketSpec:  # noqa: N802
        """Turns a service, its provider, extras, seats, duration and time into priced lines."""
        spec: SocketSpec = self._get("PRICING", "bookable.catalog.pricing.StandardPricing")
        return spec

    @property
    def TAX(self) -> SocketSpec:  # noqa: N802
        """How much tax a price contains, or how much is added to it."""
        spec: SocketSpec = self._get("TAX", "bookable.catalog.taxes.ServiceTax")
        return spec

    @property
    def CANCELLATION(self) -> SocketSpec:  # noqa: N802
        """What is agreed about cancelling, moving and not coming, when a booking is made."""
        spec: SocketSpec = self._get("CANCELLATION", "bookable.bookings.policies.StandardTerms")
        return spec

    @property
    def DEPOSIT(self) -> SocketSpec:  # noqa: N802
        """How much of a price is to be paid before a booking is confirmed."""
        spec: SocketSpec = self._get("DEPOSIT", "bookable.bookings.deposits.ServiceDeposit")
        return spec

    @property
    def REFERENCE(self) -> SocketSpec:  # noqa: N802
        """Makes the reference by which a customer names a booking."""
        spec: SocketSpec = self._get("REFERENCE", "bookable.bookings.references.RandomReference")
        return spec

    @property
    def VISIBILITY(self) -> SocketSpec:  # noqa: N802
        """Which services, providers, bookings and orders somebody may see at all."""
        spec: SocketSpec = self._get("VISIBILITY", "bookable.catalog.visibility.OneBusiness")
        return spec

    @property
    def GATEWAYS(self) -> Mapping[str, SocketSpec]:  # noqa: N802
        """The payment companies' accounts, each by an alias. The first that fits is offered."""
        gateways: Mapping[str, SocketSpec] = self._get("GATEWAYS", DEFAULT_GATEWAYS)
        return gateways

    @property
    def GATEWAY_SELECTOR(self) -> SocketSpec:  # noqa: N802
        """Among which gateways a customer chooses for an order."""
        spec: SocketSpec = self._get("GATEWAY_SELECTOR", "bookable.payments.choosing.AllThatFit")
        return spec

    @property
    def VELOCITY(self) -> SocketSpec:  # noqa: N802
        """What may refuse an attempt to pay: limits, signs of fraud."""
        spec: SocketSpec = self._get("VELOCITY", "bookable.payments.velocity.FewAttempts")
        return spec

    @property
    def HOLD_MINUTES(self) -> int:  # noqa: N802
        """How long a place is held while a customer decides."""
        minutes: int = self._get("HOLD_MINUTES", 10)
        return minutes

    @property
    def OFFER_MINUTES(self) -> int:  # noqa: N802
        """How long somebody on the waiting list has for an answer before the next one is asked."""
        minutes: int = self._get("OFFER_MINUTES", 120)
        return minutes

    @property
    def APPROVED_MINUTES(self) -> int:  # noqa: N802
        """How long an approved request is held until it must be paid."""
        minutes: int = self._get("APPROVED_MINUTES", 24 * 60)
        return minutes

    @property
    def MESSAGE_DAYS(self) -> int:  # noqa: N802
        """How long the text of a gateway's message is kept; the hash of it stays."""
        days: int = self._get("MESSAGE_DAYS", 90)
        return days

    @property
    def REMIND_DAYS(self) -> int:  # noqa: N802
        """How many days before the rest of an order is due its customer is reminded."""
        days: int = self._get("REMIND_DAYS", 3)
        return days

    @property
    def CURRENCY(self) -> str:  # noqa: N802
        """The currency of a new service's prices."""
        currency: str = self._get("CURRENCY", "EUR")
        return currency

    def _get(self, key: str, default: Any) -> Any:
        return getattr(django_settings, "BOOKABLE", {}).get(key, default)


#: Every key that `BOOKABLE` may have.
KEYS = tuple(name for name in vars(Settings) if name.isupper())

settings = Settings()
