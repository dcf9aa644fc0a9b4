from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bookable.errors import BookableError, InvalidMoney
from bookable.money import Money, currency_digits, total

amounts = st.integers(-(10**12), 10**12)
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "NGN"])


def eur(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("35.50", "EUR", 3550),
        ("35", "EUR", 3500),
        ("-0.01", "EUR", -1),
        ("3500", "JPY", 3500),
        ("1.234", "KWD", 1234),
        ("0.0001", "CLF", 1),
        (Decimal("19.99"), "USD", 1999),
        (7, "USD", 700),
    ],
)
def test_an_amount_is_read_in_the_digits_of_its_currency(
    text: Decimal | int | str, currency: str, minor: int
) -> None:
    assert Money.of(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", "ten", "1,50", "€ 5", "NaN", "sNaN", "Infinity", "1e999999", "1e30", "1" * 40]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.of(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency"),
    [("0.005", "EUR"), ("0.5", "JPY"), ("1e-9", "KWD"), ("1." + "0" * 40 + "1", "EUR")],
)
def test_less_than_the_smallest_unit_is_refused_and_not_rounded(text: str, currency: str) -> None:
    with pytest.raises(InvalidMoney, match="finer"):
        Money.of(text, currency)


@pytest.mark.parametrize("amount", [35.0, Decimal(35), "35", True, None])
def test_an_amount_is_a_whole_number(amount: Any) -> None:
    with pytest.raises(InvalidMoney, match="whole number"):
        Money(amount, "EUR")


@pytest.mark.parametrize("code", ["", "EU", "EURO", "eur", "Eur", "ÄÖÜ", "123", "A1B", "E-R"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    with pytest.raises(InvalidMoney, match="currency"):
        Money(1, code)


def test_a_refusal_is_an_error_of_the_library_and_a_value_error() -> None:
    assert issubclass(InvalidMoney, (BookableError, ValueError))
    assert InvalidMoney.code == "money"


@given(amounts, currencies)
def test_what_is_written_as_a_decimal_is_read_back(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    assert Money.of(money.decimal, currency) == money
    assert Money.of(str(money.decimal), currency) == money


def test_the_decimal_shows_every_digit_of_the_currency() -> None:
    assert str(Money(3500, "EUR").decimal) == "35.00"
    assert str(Money(3500, "JPY").decimal) == "3500"
    assert str(Money(3500, "KWD").decimal) == "3.500"


@given(amounts, amounts)
def test_adding_and_subtracting_are_exact(one: int, other: int) -> None:
    assert eur(one) + eur(other) == eur(one + other)
    assert eur(one) - eur(other) == eur(one - other)


def test_money_can_be_multiplied_from_either_side() -> None:
    assert eur(350) * 3 == 3 * eur(350) == eur(1050)
    assert -eur(350) == eur(-350)


def test_money_is_not_multiplied_by_a_fraction() -> None:
    with pytest.raises(InvalidMoney, match="whole number"):
        eur(351) * 0.5  # type: ignore[operator]


@pytest.mark.parametrize(
    "operation",
    [
        lambda one, other: one + other,
        lambda one, other: one - other,
        lambda one, other: one < other,
        lambda one, other: one <= other,
        lambda one, other: one > other,
        lambda one, other: one >= other,
    ],
)
def test_two_currencies_are_never_mixed(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        operation(Money(1, "EUR"), Money(1, "USD"))


def test_the_same_number_of_another_currency_is_not_equal() -> None:
    assert Money(1, "EUR") != Money(1, "USD")
    assert len({Money(1, "EUR"), Money(1, "USD"), Money(1, "EUR")}) == 2


@given(amounts, amounts)
def test_money_is_ordered_by_its_amount(one: int, other: int) -> None:
    assert (eur(one) < eur(other), eur(one) <= eur(other)) == (one < other, one <= other)
    assert (eur(one) > eur(other), eur(one) >= eur(other)) == (one > other, one >= other)


def test_only_zero_is_false() -> None:
    assert not Money.zero("EUR")
    assert eur(1)
    assert eur(-1)


@pytest.mark.parametrize(
    ("amount", "share", "part"),
    [
        (1000, 25, 250),
        (999, 50, 500),
        (333, 10, 33),
        (335, 10, 34),
        (345, 10, 35),
        (344, 10, 34),
        (1000, Decimal("12.5"), 125),
        (1000, 0, 0),
        (1000, 100, 1000),
        (-335, 10, -34),
    ],
)
def test_a_share_is_rounded_half_up(amount: int, share: Decimal | int, part: int) -> None:
    assert eur(amount).percent(share) == eur(part)


def test_money_can_not_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        eur(1).amount = 2  # type: ignore[misc]


def test_a_total_adds_any_number_of_amounts() -> None:
    assert total([eur(1), eur(2), eur(3)], "EUR") == eur(6)
    assert total(iter([]), "JPY") == Money(0, "JPY")


def test_a_total_of_another_currency_is_refused() -> None:
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        total([Money(1, "USD")], "EUR")


@pytest.mark.parametrize(
    ("language", "text"), [("en", "1,234,567.89 EUR"), ("de", "1.234.567,89 EUR")]
)
def test_money_is_written_the_way_the_reader_does(language: str, text: str) -> None:
    with translation.override(language):
        assert str(eur(123_456_789)) == text


def test_money_is_written_with_the_digits_of_its_currency() -> None:
    with translation.override("en"):
        assert str(Money(-5, "EUR")) == "-0.05 EUR"
        assert str(Money(1500, "JPY")) == "1,500 JPY"
        assert str(Money(1500, "KWD")) == "1.500 KWD"


@pytest.mark.parametrize(
    ("digits", "codes"),
    [
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, "AUD CAD CHF EUR GBP GHS KES MGA MRU NGN USD ZAR"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ],
)
def test_a_currency_has_the_digits_of_iso_4217(digits: int, codes: str) -> None:
    assert {code: currency_digits(code) for code in codes.split()} == dict.fromkeys(
        codes.split(), digits
    )
