"""Charges: the attempts of a payment intent, and what is left on them."""

from __future__ import annotations

from bookable.testing.fakes.stripe.card_bodies import balance_body, charge_body, outcome_body
from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.money import fee_of
from bookable.testing.fakes.stripe.world import World

AUTHORIZED_FOR = 7 * 24 * 3600


def open_charge(world: World, intent: Body) -> Body:
    """The charge of the attempt that goes on, a new one if none does."""
    latest = world.objects.get(intent["latest_charge"] or "")
    if latest is not None and latest["status"] == "pending":
        return latest
    card = world.cards[intent["payment_method"]]
    charge = world.add(charge_body(world, intent, card))
    intent["latest_charge"] = charge["id"]
    return charge


def approve(world: World, charge: Body, *, capture: bool) -> None:
    """The bank agrees; without `capture` it keeps the amount for us for seven days."""
    charge.update(status="succeeded", paid=True, outcome=outcome_body(None))
    charge["receipt_url"] = f"https://pay.stripe.com/receipts/{charge['id']}"
    if capture:
        take(world, charge, charge["amount"])
    else:
        until = world.now() + AUTHORIZED_FOR
        charge["payment_method_details"]["card"]["capture_before"] = until
    world.happened("charge.succeeded", charge)


def take(world: World, charge: Body, amount: int) -> None:
    """Captures an amount; the rest goes back to the customer and counts as refunded."""
    charge.update(captured=True, amount_captured=amount)
    charge["payment_method_details"]["card"].pop("capture_before", None)
    fee = fee_of(amount, charge["currency"])
    entry = world.add(balance_body(world, charge, amount, fee))
    charge["balance_transaction"] = entry["id"]
    count_refunds(world, charge)


def refuse(world: World, charge: Body, code: str, message: str) -> None:
    """The bank says no."""
    charge.update(status="failed", failure_code=code, failure_message=message)
    charge["outcome"] = outcome_body(code)
    world.happened("charge.failed", charge)


def release(world: World, charge: Body, event: str) -> None:
    """Lets go of an authorization, which Stripe shows as a refund of it."""
    charge.update(refunded=True, amount_refunded=charge["amount"])
    charge["payment_method_details"]["card"].pop("capture_before", None)
    world.happened(event, charge)


def refundable(world: World, charge: Body) -> int:
    """What was captured and is not on its way back."""
    return int(charge["amount_captured"]) - _refunded(world, charge)


def count_refunds(world: World, charge: Body) -> None:
    released = charge["amount"] - charge["amount_captured"]
    charge["amount_refunded"] = released + _refunded(world, charge)
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _refunded(world: World, charge: Body) -> int:
    return sum(
        refund["amount"]
        for refund in world.all("refund", charge=charge["id"])
        if refund["status"] not in {"failed", "canceled"} and refund["id"] not in world.released
    )
