"""Puts lines on an order, with those that other apps have to add: discounts, travel, parcels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bookable.payments.kinds import kinds
from bookable.payments.models import Order, OrderLine

#: Called with an order and the lines that are about to be added; answers with more of them, each
#: with an owner of its own, or with one of these lines as its parent.
LineMaker = Callable[[Order, Sequence[OrderLine]], Iterable[OrderLine]]

_makers: list[LineMaker] = []


def register_line_maker(maker: LineMaker) -> LineMaker:
    """Has a function asked for more lines whenever something is booked; usable as a decorator."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def forget_line_maker(maker: LineMaker) -> None:
    """Takes a maker out again."""
    if maker in _makers:
        _makers.remove(maker)


def add_lines(order: Order, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Saves lines of a locked order and what the makers add, and tells the owners of both.

    Whoever owns a line may refuse: what they raise undoes it all.
    """
    rows = [*lines, *(more for maker in _makers for more in maker(order, lines))]
    _save(order, rows)
    for kind in kinds():
        own = [row for row in rows if row.owner == kind.owner]
        if own:
            kind.reserve(order, own)
    return rows


def _save(order: Order, rows: Sequence[OrderLine]) -> None:
    using = order._state.db
    if not any(row.parent is not None for row in rows):
        OrderLine.objects.using(using).bulk_create(rows)
        return
    for row in rows:  # a parent has its key only once it is saved
        row.parent = row.parent
        row.save(using=using, force_insert=True)
