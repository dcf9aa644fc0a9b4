"""How Stripe counts money, which is not always how the world does."""

from __future__ import annotations

from bookable.errors import InvalidAmount
from bookable.money import Money, currency_digits
from bookable.payments.gateways.base import rescaled

_WHOLE = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"}
    | {"PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
# whole by now, but still counted in hundredths that must be none
_WHOLE_HUNDREDTHS = frozenset({"ISK", "UGX"})
_THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def digits_at_stripe(currency: str) -> int:
    """How many digits Stripe expects behind the point."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def step_of(currency: str) -> int:
    """The smallest amount that Stripe moves, in our own smallest unit."""
    return 10 if currency in _THOUSANDTHS else 1


def to_stripe(money: Money) -> int:
    """An amount as Stripe counts it; InvalidAmount where it is too fine."""
    amount = rescaled(
        money.amount,
        digits=currency_digits(money.currency),
        wanted=digits_at_stripe(money.currency),
    )
    too_fine = (money.currency in _THOUSANDTHS and (amount or 0) % 10) or (
        money.currency in _WHOLE_HUNDREDTHS and (amount or 0) % 100
    )
    if amount is None or too_fine:
        raise InvalidAmount(f"Stripe can't count {money.amount} of {money.currency}.")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """An amount as we count it."""
    currency = currency.upper()
    own = rescaled(amount, digits=digits_at_stripe(currency), wanted=currency_digits(currency))
    if own is None:
        raise InvalidAmount(f"{amount} of Stripe's {currency} has no counterpart.")
    return Money(own, currency)
