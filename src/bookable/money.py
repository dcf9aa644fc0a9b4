"""An amount of money: whole minor units and an ISO 4217 currency. Never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bookable.errors import InvalidMoney

# ISO 4217: every other currency has two digits
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_CODE = re.compile("[A-Z]{3}")
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, Overflow])
_MOST_DIGITS = 18  # what every database keeps in a whole number
_DIGITS_OF = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}


def currency_digits(currency: str) -> int:
    """How many digits a currency has behind the point."""
    return _DIGITS_OF.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`Money(3500, "EUR")` is thirty-five euros."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise InvalidMoney(_("An amount is a whole number of the currency's smallest unit."))
        if not _CODE.fullmatch(self.currency):
            raise InvalidMoney(
                _("“%(code)s” is not the code of a currency.") % {"code": self.currency}
            )

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def of(cls, value: Decimal | int | str, currency: str) -> Money:
        """From what a person writes: `Money.of("35.50", "EUR")`."""
        try:
            minor = Decimal(value).scaleb(currency_digits(currency), _EXACT)
        except ArithmeticError as error:
            raise InvalidMoney(_("“%(value)s” is not an amount.") % {"value": value}) from error
        if not minor.is_finite() or minor.adjusted() >= _MOST_DIGITS:
            raise InvalidMoney(_("“%(value)s” is not an amount.") % {"value": value})
        if minor != minor.to_integral_value():
            raise InvalidMoney(
                _("“%(value)s” is finer than the smallest unit of %(currency)s.")
                % {"value": value, "currency": currency}
            )
        return cls(int(minor), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in the currency's main unit."""
        return Decimal(self.amount).scaleb(-currency_digits(self.currency))

    def percent(self, share: Decimal | int) -> Money:
        """A share in per cent, rounded half up to the smallest unit."""
        part = (Decimal(self.amount) * Decimal(share) / 100).to_integral_value(ROUND_HALF_UP)
        return Money(int(part), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        digits = currency_digits(self.currency)
        return f"{number_format(self.decimal, digits, force_grouping=True)} {self.currency}"

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise InvalidMoney(
                _("%(one)s and %(other)s are not the same currency.")
                % {"one": self.currency, "other": other.currency}
            )
        return other


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of any number of amounts, zero of the currency for none."""
    return sum(amounts, Money.zero(currency))
