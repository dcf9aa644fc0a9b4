"""How it stands with the payment of a booking, as its customer sees it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import Sum

from bookable.bookings.quoting import Quote
from bookable.errors import HoldExpired
from bookable.models import Booking, Order, Payment, PaymentState, State
from bookable.money import Money
from bookable.payments.sums import still_due
from bookable.timeline import clock
from clinic.problems import Problem, problem_of


class Standing(StrEnum):
    DONE = "done"
    WAITING = "waiting"
    NOT_PAID = "not_paid"
    TOO_LATE = "too_late"


WAITING = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.ACTION_REQUIRED)


def standing_of(booking: Booking) -> Standing:
    """What became of the customer's attempt to pay."""
    payment = newest_payment(booking)
    if booking.status in (State.CONFIRMED, State.REQUESTED, State.COMPLETED):
        return Standing.DONE
    if payment is not None and payment.captured:
        return Standing.TOO_LATE
    if payment is not None and payment.state in WAITING and booking.status == State.HELD:
        return Standing.WAITING
    return Standing.NOT_PAID


def newest_payment(booking: Booking) -> Payment | None:
    return booking.order.payments.order_by("-created", "-pk").first()


def money_context(booking: Booking) -> dict[str, Any]:
    """What was paid, what must be paid now, and until when it can be."""
    order, payment = booking.order, newest_payment(booking)
    is_open = payment is not None and payment.is_open
    until = payment.closes_at if payment and is_open else booking.expires_at
    due = due_first(order)
    return {
        "due": due,
        "is_deposit": due < order.balance,
        "paid": order.paid,
        "left": max(Money.zero(order.currency), order.balance),
        "given_back": given_back(booking),
        "is_paying": is_open,
        "was_declined": payment is not None and payment.state == PaymentState.FAILED,
        "held_until": until,
        "is_soon": until is not None and (until - clock.now()).total_seconds() < 12 * 60 * 60,
    }


def due_first(order: Order) -> Money:
    """What is to be paid before it is booked, as the button says it."""
    left = max(Money.zero(order.currency), order.balance)
    return min(still_due(order), left)


def why_not_paid(booking: Booking) -> Problem:
    """What is so now, where a button asked for something else."""
    if booking.status == State.EXPIRED:
        return problem_of(HoldExpired())
    if due := due_first(booking.order):
        return Problem(f"Nothing was paid. What you have to pay has changed, it is {due} now.")
    return Problem("It is paid already." if booking.order.paid else "There is nothing to pay now.")


def given_back(booking: Booking) -> Money:
    """What was paid for it and went back."""
    found = booking.order.payments.aggregate(found=Sum("refunded"))["found"]
    return Money(found or 0, booking.order.currency)


def back_after(booking: Booking, quote: Quote) -> Money:
    """What would be given back if it were cancelled now."""
    order = booking.order
    return max(Money.zero(order.currency), order.paid - (order.total - quote.refund))
