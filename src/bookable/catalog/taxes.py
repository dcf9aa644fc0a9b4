"""The socket that says how much tax a price contains, or how much is added to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from bookable.catalog.models import Service
from bookable.catalog.pricing import PricedLine
from bookable.conf import settings
from bookable.money import Money
from bookable.sockets import shared


@dataclass(frozen=True, slots=True)
class Tax:
    """A rate, and whether the price contains it already."""

    percent: Decimal
    is_included: bool = True

    def of(self, amount: Money) -> Money:
        """The tax on an amount: what of it is tax, or what is added. Rounded half up."""
        if not self.is_included:
            return amount.percent(self.percent)
        net = (100 + self.percent) / 100
        without = (Decimal(amount.amount) / net).quantize(Decimal(1), "ROUND_HALF_UP")
        return Money(amount.amount - int(without), amount.currency)


class Taxes:
    """The socket `BOOKABLE["TAX"]`. One instance serves all requests: keep no state in it."""

    def tax(self, service: Service, line: PricedLine) -> Tax | None:
        """The tax on one line of a price, None for none, without asking the database."""
        raise NotImplementedError


class ServiceTax(Taxes):
    """What the service says, for all that belongs to it."""

    def tax(self, service: Service, line: PricedLine) -> Tax | None:
        if service.tax_percent is None:
            return None
        return Tax(Decimal(service.tax_percent), service.tax_included)


def tax_on(service: Service, line: PricedLine) -> Tax | None:
    """What the site's socket says about a line."""
    return _taxes().tax(service, line)


def tax_label(tax: Tax) -> str:
    """What a line of its own is called."""
    percent = f"{tax.percent:f}"
    shown = percent.rstrip("0").rstrip(".") if "." in percent else percent
    return _("Tax (%(percent)s %%)") % {"percent": shown}


def _taxes() -> Taxes:
    return shared(settings.TAX, Taxes, setting="BOOKABLE['TAX']")
