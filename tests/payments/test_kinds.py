"""Lines of other owners: made when something is booked, and told of what is paid for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pytest
from tests.payments.shops import Shop, open_shop

from bookable.errors import BookableError
from bookable.models import Booking, LineKind, Order, OrderLine
from bookable.money import Money
from bookable.payments.close import close
from bookable.payments.kinds import Discrepancy, OrderKind, forget_kind, register_kind
from bookable.payments.lines import forget_line_maker, register_line_maker
from bookable.payments.reconcile import reconcile
from bookable.timeline import clock

pytestmark = pytest.mark.django_db(transaction=True)


class SoldOut(BookableError):
    code = "sold_out"


class Parcels(OrderKind):
    """A book is sent with every booking, as long as there are some."""

    owner = "parcel"

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.refuses = self.is_gone = False

    def reserve(self, order: Order, lines: Sequence[OrderLine]) -> None:
        self.heard.append(f"reserve {len(lines)}")
        if self.refuses:
            raise SoldOut

    def opened(self, order: Order, until: datetime) -> None:
        self.heard.append("opened")

    def secured(self, order: Order) -> None:
        self.heard.append("secured")
        if self.is_gone and not order.lines.filter(kind=LineKind.REVERSAL).exists():
            book(order, -2_000, LineKind.REVERSAL).save()

    def released(self, order: Order, until: datetime) -> None:
        self.heard.append("released")

    def refunded(self, order: Order) -> None:
        self.heard.append("refunded")

    def audit(self, orders: Sequence[Order]) -> Iterable[Discrepancy]:
        return [Discrepancy("no_stamp", order, "No stamp.") for order in orders]


def book(order: Order, amount: int = 2_000, kind: str = LineKind.SERVICE) -> OrderLine:
    return OrderLine(
        order=order,
        created=clock.now(),
        owner="parcel",
        reference="book",
        kind=kind,
        label="A book",
        unit_amount=amount,
        due_now=amount,
    )


def with_a_book(order: Order, _lines: Sequence[OrderLine]) -> Iterable[OrderLine]:
    return [book(order)]


@pytest.fixture
def parcels() -> Iterator[Parcels]:
    kind = Parcels()
    register_kind(kind)
    register_line_maker(with_a_book)
    try:
        yield kind
    finally:
        forget_kind(kind.owner)
        forget_line_maker(with_a_book)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


def test_a_maker_adds_its_line_to_what_is_booked(shop: Shop, parcels: Parcels) -> None:
    order = shop.held().order
    assert order.total == order.due_now == Money(12_000, "EUR")
    assert parcels.heard == ["reserve 1"]


def test_an_owner_that_refuses_undoes_the_hold(shop: Shop, parcels: Parcels) -> None:
    parcels.refuses = True
    with pytest.raises(SoldOut):
        shop.held()
    assert not Booking.objects.exists()
    assert not OrderLine.objects.exists()


def test_an_owner_hears_when_it_is_paid(shop: Shop, parcels: Parcels) -> None:
    shop.paid(shop.held())
    assert parcels.heard[:3] == ["reserve 1", "opened", "secured"]


def test_what_can_not_be_kept_is_given_back(shop: Shop, parcels: Parcels) -> None:
    parcels.is_gone = True
    payment = shop.paid(shop.held())
    assert payment.refunds.get().money == Money(2_000, "EUR")
    assert "refunded" in parcels.heard
    assert shop.books() == 10_000


def test_an_owner_hears_when_nobody_is_about_to_pay_any_more(shop: Shop, parcels: Parcels) -> None:
    close(shop.paying())
    assert parcels.heard[-1] == "released"


def test_what_an_owner_finds_is_reported(shop: Shop, parcels: Parcels) -> None:
    shop.paid(shop.held())
    assert "no_stamp" in {one.code for one in reconcile().differences}
