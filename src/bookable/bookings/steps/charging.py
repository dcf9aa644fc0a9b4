"""What a booking adds to its order, and what is taken back. Lines are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bookable.bookings.deposits import DepositRequest, due_now, rest_of
from bookable.bookings.models import Booking, State
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import Quote, cancellation_quote, no_show_fee
from bookable.bookings.steps.rests import agree_on_rest, follow_rest
from bookable.catalog.models import Service
from bookable.catalog.pricing import PricedLine
from bookable.catalog.taxes import tax_label, tax_on
from bookable.money import Money
from bookable.payments.lines import add_lines
from bookable.payments.models import LineKind, Order, OrderLine
from bookable.payments.models.order import LINE_AMOUNT
from bookable.payments.settle import settle_after_commit
from bookable.timeline import clock

#: How order lines name the bookings' part of the house.
OWNER = "booking"


def charge(
    booking: Booking,
    lines: Sequence[PricedLine],
    *,
    service: Service,
    seats: int | None = None,
) -> None:
    """Puts what it costs on the order, with the part that is to be paid before it is confirmed.

    `seats` are those that the lines are for, if not all of the booking.
    """
    priced = taxed(booking, lines, service)
    amount = _total(priced, service)
    request = DepositRequest(
        service=service, start=booking.session.start, total=amount, seats=seats or booking.seats
    )
    first = due_now(request)
    priced[0].due_now = first.amount
    rest = rest_of(request) if first < amount else None
    if rest is not None:
        agree_on_rest(booking, rest)
    add_lines(booking.order, priced)


def take_back(booking: Booking, *, keep: Money, label: str) -> None:
    """Reverses all that it costs, but for what is kept as a fee, and its part of the tax."""
    cost, due, tax = _sums(booking)
    rows = []
    if cost or due:
        text = _("Reversal: %(what)s") % {"what": booking.service.name}
        rows.append(_line(booking, LineKind.REVERSAL, text, -cost, due=-due, tax=-tax))
    if keep:
        part, taxed_part = min(keep.amount, max(due, 0)), _share(tax, keep.amount, cost)
        rows.append(_line(booking, LineKind.FEE, label, keep.amount, due=part, tax=taxed_part))
    OrderLine.objects.using(booking._state.db).bulk_create(rows)
    follow_rest(booking, leaves=True)
    settle_after_commit(booking.order)


def take_back_seats(booking: Booking, seats: int, *, waive: bool) -> tuple[Money, Money]:
    """Reverses what so many of its seats cost, but for their share of the fee for cancelling.

    Returns what is given back and what is kept. Extras stay as they are.
    """
    cost, due, tax = _sums(booking)
    price = _share(cost - _extras_cost(booking), seats, booking.seats)
    currency = booking.order.currency
    if price <= 0:
        return Money.zero(currency), Money.zero(currency)
    fee = 0 if waive else _share(quote_for_cancelling(booking).fee.amount, price, cost)
    paid_first = _share(due, price, cost)
    text = _("Seats given back: %(what)s") % {"what": booking.service.name}
    back = -_share(tax, price, cost)
    rows = [_line(booking, LineKind.REVERSAL, text, -price, due=-paid_first, tax=back)]
    if fee:
        text, kept = _("Fee for seats given back"), _share(tax, fee, cost)
        first = min(fee, paid_first)
        rows.append(_line(booking, LineKind.SEAT_FEE, text, fee, due=first, tax=kept))
    OrderLine.objects.using(booking._state.db).bulk_create(rows)
    settle_after_commit(booking.order)
    return Money(price - fee, currency), Money(fee, currency)


def adjust(booking: Booking, amount: Money, *, label: str, due: int = 0, tax: int = 0) -> None:
    """Adds or takes off an amount, with what of it is due first and what of it is tax."""
    if amount or due or tax:
        row = _line(booking, LineKind.ADJUSTMENT, label, amount.amount, due=due, tax=tax)
        row.save(using=booking._state.db)
        settle_after_commit(booking.order)


def reprice(booking: Booking, lines: Sequence[PricedLine], service: Service) -> Money:
    """What it costs at its new place takes the place of what it cost before; the difference.

    Before it is confirmed the deposit changes with it; after that the difference is for later.
    """
    cost, due, tax = _sums(booking)
    priced = taxed(booking, lines, service)
    amount = _total(priced, service)
    first = min(due, amount.amount)
    if booking.state in (State.HELD, State.REQUESTED):
        request = DepositRequest(
            service=service, start=booking.session.start, total=amount, seats=booking.seats
        )
        first = due_now(request).amount
    difference = amount - Money(cost, amount.currency)
    text = _("Moved: %(what)s") % {"what": service.name}
    taxes = sum(line.tax for line in priced)
    adjust(booking, difference, label=text, due=first - due, tax=taxes - tax)
    return difference


def cost_at(booking: Booking, lines: Sequence[PricedLine]) -> Money:
    """What these lines would come to on its order, with the tax that is added."""
    return _total(taxed(booking, lines, booking.service), booking.service)


def _total(lines: Iterable[OrderLine], service: Service) -> Money:
    return Money(sum(line.unit_amount * line.quantity for line in lines), service.currency)


def cost_of(booking: Booking) -> Money:
    """The sum of the booking's lines, without fees for seats that are its own no more."""
    return Money(_sums(booking)[0], booking.order.currency)


def quote_for_cancelling(booking: Booking, at: datetime | None = None) -> Quote:
    """What cancelling would cost at a moment, by what was agreed when it was made."""
    return cancellation_quote(
        Agreed.read(booking.policy),
        total=cost_of(booking),
        start=booking.session.start,
        at=at or clock.now(),
        zone=booking.order.zone_or(booking.session.zone),
        state=booking.state,
    )


def owed_again(order: Order, expired: Iterable[Booking]) -> Money:
    """What would be due first if these were taken again."""
    reversals = (_last_reversal(booking) for booking in expired)
    return Money(-sum(line.due_now for line in reversals if line), order.currency)


def _sums(booking: Booking) -> tuple[int, int, int]:
    """What it costs, what of that is due first, and what of it is tax."""
    lines = _lines_of(booking).exclude(kind=LineKind.SEAT_FEE)
    found = lines.aggregate(cost=Sum(LINE_AMOUNT), due=Sum("due_now"), taxes=Sum("tax"))
    return int(found["cost"] or 0), int(found["due"] or 0), int(found["taxes"] or 0)


def _extras_cost(booking: Booking) -> int:
    extras = Q(kind=LineKind.EXTRA) | Q(parent__kind=LineKind.EXTRA)
    return _lines_of(booking).filter(extras).aggregate(cost=Sum(LINE_AMOUNT))["cost"] or 0


def _lines_of(booking: Booking) -> QuerySet[OrderLine]:
    return OrderLine.objects.using(booking._state.db).filter(
        order=booking.order_id, owner=OWNER, reference=str(booking.uuid)
    )


def _share(amount: int, part: int, whole: int) -> int:
    """So much of an amount, rounded half up."""
    if not whole:
        return 0
    return (2 * amount * part + whole) // (2 * whole)


def taxed(booking: Booking, lines: Sequence[PricedLine], service: Service) -> list[OrderLine]:
    """The rows of priced lines, each with its tax, or followed by it on a line of its own."""
    rows: list[OrderLine] = []
    for line in lines:
        row = _line(booking, line.kind, line.label, line.unit.amount, quantity=line.quantity)
        rows.append(row)
        tax = tax_on(service, line)
        if tax is None:
            continue
        row.tax_percent, amount = tax.percent, tax.of(line.total).amount
        if tax.is_included:
            row.tax = amount
        elif amount:
            own = _line(booking, LineKind.TAX, tax_label(tax), amount, tax=amount)
            own.tax_percent, own.parent = tax.percent, row
            rows.append(own)
    return rows


def _line(
    booking: Booking,
    kind: str,
    label: str,
    unit: int,
    *,
    quantity: int = 1,
    due: int = 0,
    tax: int = 0,
) -> OrderLine:
    return OrderLine(
        order_id=booking.order_id,
        created=clock.now(),
        owner=OWNER,
        reference=str(booking.uuid),
        kind=kind,
        label=label[:200],
        quantity=quantity,
        unit_amount=unit,
        due_now=due,
        tax=tax,
    )


def charge_no_show(booking: Booking, *, waive: bool) -> Money:
    """Leaves of the price only what was agreed for not coming; that amount."""
    cost = cost_of(booking)
    fee = Money.zero(cost.currency) if waive else no_show_fee(Agreed.read(booking.policy), cost)
    if fee != cost:
        take_back(booking, keep=fee, label=_("Fee for not coming"))
    return fee


def forgive_no_show(booking: Booking) -> None:
    """It took place after all: what it cost before is owed again."""
    events = booking.events.using(booking._state.db).filter(verb="mark_no_show")
    before = events.order_by("-seq").values_list("data__cost", flat=True).first()
    cost, _due, tax = _sums(booking)
    amount, last = Money(int(before or 0) - cost, booking.order.currency), _last_reversal(booking)
    more = -last.tax - tax if amount and last is not None else 0
    adjust(booking, amount, label=_("Correction: it took place"), tax=more)


def restore_charges(booking: Booking) -> None:
    """Owes again what was reversed when a hold expired that was paid after all."""
    last = _last_reversal(booking)
    if last is not None:
        text = _("Taken again: %(what)s") % {"what": booking.service.name}
        row = _line(
            booking,
            LineKind.ADJUSTMENT,
            text,
            -last.unit_amount,
            due=-last.due_now,
            tax=-last.tax,
        )
        row.parent = last
        row.save(using=booking._state.db)
        follow_rest(booking)


def _last_reversal(booking: Booking) -> OrderLine | None:
    return _lines_of(booking).filter(kind=LineKind.REVERSAL).order_by("-pk").first()
