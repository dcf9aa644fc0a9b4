"""What a booking would cost at another place, with each of those who could have it there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bookable.availability.asking import ask
from bookable.availability.choose import Choice, Chooser, price_lines_of
from bookable.availability.query import Asked, Query
from bookable.bookings.models import Booking
from bookable.bookings.policies import Agreed
from bookable.bookings.steps.charging import cost_at
from bookable.bookings.taking.visits import lanes_beside
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.pricing import PricedLine
from bookable.errors import PriceChanged
from bookable.money import Money, total


def prices_of(booking: Booking, wish: Wish, *, using: str) -> list[Sequence[PricedLine]]:
    """The lines of each price that can be had; none if the place can't be had at all."""
    query = _query(booking, wish, using)
    chooser = Chooser(query, join=wish.join)
    best = chooser.best()
    if best is None:
        return []
    found = {_price(query, best): price_lines_of(query, best)}
    leaders = _leaders_by_price(query, best)
    for price in leaders.keys() - found.keys():
        others = {one for other, keys in leaders.items() if other != price for one in keys}
        choice = chooser.best(others)
        if choice is not None and _price(query, choice) == price:
            found[price] = price_lines_of(query, choice)
    return list(found.values())


def at_price(wish: Wish, booking: Booking, expected: Money | None, *, using: str) -> Wish:
    """The wish with whoever costs what the customer was shown, tax included; PriceChanged if
    nobody does. What keeps its price costs the same with everybody."""
    if expected is None or not Agreed.read(booking.policy).reprice_moves:
        return wish
    found = prices_of(booking, wish, using=using)
    priced = {cost_at(booking, lines): _sum(lines, expected.currency) for lines in found}
    if priced and expected not in priced:
        raise PriceChanged(expected, min(priced, key=lambda price: price.amount))
    return replace(wish, expected_price=priced.get(expected))


def _query(booking: Booking, wish: Wish, using: str) -> Query:
    asked: Asked = {**wish.asked, "using": using}
    return ask(
        wish.service,
        wish.at,
        wish.at + 1,
        override=(*wish.override, *wish.waived),
        visit=lanes_beside([booking], using=using),
        kept=wish.kept,
        **asked,
    )


def _leaders_by_price(query: Query, choice: Choice) -> dict[Money, set[int]]:
    found: dict[Money, set[int]] = {}
    for candidate in query.needs[0].candidates:
        leader = candidate.provider
        found.setdefault(_price(query, choice._replace(leader=leader)), set()).add(leader.pk)
    return found


def _price(query: Query, choice: Choice) -> Money:
    return _sum(price_lines_of(query, choice), query.service.currency)


def _sum(lines: Iterable[PricedLine], currency: str) -> Money:
    return total((line.total for line in lines), currency)
