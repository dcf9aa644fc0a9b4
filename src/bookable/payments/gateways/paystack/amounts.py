"""How Paystack counts money: in hundredths of whatever the currency is called after."""

from __future__ import annotations

from bookable.errors import InvalidAmount
from bookable.money import Money, currency_digits
from bookable.payments.gateways.base import rescaled

#: What an account may take at all.
CURRENCIES = frozenset({"GHS", "KES", "NGN", "USD", "XOF", "ZAR"})
_DIGITS = 2


def to_paystack(money: Money) -> int:
    amount = rescaled(money.amount, digits=currency_digits(money.currency), wanted=_DIGITS)
    if amount is None:
        raise InvalidAmount(f"Paystack can't count {money.amount} of {money.currency}.")
    return amount


def from_paystack(amount: int | str | None, currency: str) -> Money:
    """An amount as we count it; a fraction that the currency doesn't have is not counted."""
    digits = currency_digits(currency)
    return Money(int(amount or 0) // 10 ** (_DIGITS - digits), currency)
