from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from bookable.bookings.deposits import Deposit, DepositRequest, ServiceDeposit, due_now
from bookable.catalog.models import Service
from bookable.catalog.models.choices import PaymentMode
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Fixed(Deposit):
    """A site's own: the same for everything, whatever it costs."""

    def __init__(self, due: Any) -> None:
        self.due = due

    def due_now(self, request: DepositRequest) -> Money:
        due: Money = self.due
        return due


def asked(
    payment: str, total: int = 5000, *, currency: str = "EUR", seats: int = 1, **deposit: Any
) -> DepositRequest:
    service = Service(name="Massage", price=total, currency=currency, payment=payment, **deposit)
    return DepositRequest(service, NOON, Money(total, currency), seats)


def fixed(due: object) -> override_settings:
    spec = {"BACKEND": f"{__name__}.Fixed", "OPTIONS": {"due": due}}
    return override_settings(BOOKABLE={"DEPOSIT": spec})


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@pytest.mark.parametrize("payment", [PaymentMode.NONE, PaymentMode.DESK])
def test_nothing_is_due_now_where_nothing_is_paid_online(payment: str) -> None:
    assert due_now(asked(payment, deposit=500)) == euros(0)


def test_all_is_due_now_where_it_is_paid_in_full() -> None:
    assert due_now(asked(PaymentMode.FULL)) == euros(5000)


def test_a_share_is_due_now() -> None:
    assert due_now(asked(PaymentMode.DEPOSIT, deposit_percent=30)) == euros(1500)


def test_a_share_is_rounded_half_up() -> None:
    assert due_now(asked(PaymentMode.DEPOSIT, 5001, deposit_percent=50)) == euros(2501)
    assert due_now(asked(PaymentMode.DEPOSIT, 333, currency="JPY", deposit_percent=50)) == Money(
        167, "JPY"
    )


def test_a_share_of_all_seats_is_due_once() -> None:
    assert due_now(asked(PaymentMode.DEPOSIT, seats=3, deposit_percent=30)) == euros(1500)


def test_an_amount_is_due_for_each_seat() -> None:
    assert due_now(asked(PaymentMode.DEPOSIT, seats=3, deposit=1000)) == euros(3000)


def test_no_more_is_due_than_it_costs() -> None:
    assert due_now(asked(PaymentMode.DEPOSIT, seats=3, deposit=2000)) == euros(5000)


@pytest.mark.parametrize("payment", PaymentMode.values)
def test_nothing_is_due_for_what_costs_nothing(payment: str) -> None:
    assert due_now(asked(payment, 0, deposit=1000)) == euros(0)


@pytest.mark.parametrize("payment", PaymentMode.values)
def test_nothing_is_due_for_what_the_customer_is_owed(payment: str) -> None:
    assert due_now(asked(payment, -500, deposit_percent=50)) == euros(0)


@given(
    st.sampled_from(PaymentMode.values),
    st.integers(0, 10**9),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.integers(1, 20),
    st.fixed_dictionaries({"deposit_percent": st.integers(1, 100)})
    | st.fixed_dictionaries({"deposit": st.integers(1, 10**6)}),
)
def test_what_is_due_is_part_of_the_price(
    payment: str, total: int, currency: str, seats: int, deposit: dict[str, int]
) -> None:
    due = due_now(asked(payment, total, currency=currency, seats=seats, **deposit))
    assert Money.zero(currency) <= due <= Money(total, currency)


def test_the_site_chooses_what_is_due() -> None:
    with fixed(euros(700)):
        assert due_now(asked(PaymentMode.NONE)) == euros(700)


def test_the_choice_follows_the_settings() -> None:
    with fixed(euros(700)):
        due_now(asked(PaymentMode.NONE))
    with fixed(euros(800)):
        assert due_now(asked(PaymentMode.NONE)) == euros(800)
    assert due_now(asked(PaymentMode.NONE)) == euros(0)


def test_the_class_is_made_once() -> None:
    from bookable.bookings.deposits import _deposit

    with fixed(euros(700)):
        assert _deposit() is _deposit()


@pytest.mark.parametrize("due", [euros(0), euros(5000)])
def test_nothing_and_all_of_it_may_be_asked_for(due: Money) -> None:
    with fixed(due):
        assert due_now(asked(PaymentMode.NONE)) == due


@pytest.mark.parametrize("due", [euros(-1), euros(5001), Money(700, "USD"), 700, None])
def test_what_is_no_part_of_the_price_is_refused(due: object) -> None:
    with fixed(due), pytest.raises(Misconfigured, match="BOOKABLE\\['DEPOSIT'\\] asks for"):
        due_now(asked(PaymentMode.NONE))


def test_a_class_of_another_kind_is_refused() -> None:
    with (
        override_settings(BOOKABLE={"DEPOSIT": "datetime.date"}),
        pytest.raises(Misconfigured, match="DEPOSIT"),
    ):
        due_now(asked(PaymentMode.NONE))


def test_a_part_of_it_can_be_asked_in_another_way() -> None:
    class NoLess(ServiceDeposit):
        def deposit(self, request: DepositRequest) -> Money:
            return max(euros(2000), super().deposit(request))

    assert NoLess().due_now(asked(PaymentMode.DEPOSIT, deposit_percent=10)) == euros(2000)
    assert NoLess().due_now(asked(PaymentMode.DEPOSIT, 1500, deposit_percent=10)) == euros(1500)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        DepositRequest(Service(), datetime(2026, 3, 2), euros(0))  # noqa: DTZ001


def test_the_base_asks_for_nothing_itself() -> None:
    with pytest.raises(NotImplementedError):
        Deposit().due_now(asked(PaymentMode.NONE))
