"""Refunds: never more than was captured and is still there."""

from __future__ import annotations

from bookable.testing.fakes.stripe.card_bodies import balance_body, refund_body
from bookable.testing.fakes.stripe.charges import count_refunds, refundable
from bookable.testing.fakes.stripe.errors import Body, Refusal, missing
from bookable.testing.fakes.stripe.money import shown
from bookable.testing.fakes.stripe.world import World

STATUSES = ("pending", "requires_action", "succeeded", "failed", "canceled")


def create_refund(world: World, asked: Body) -> Body:
    charge = _charge(world, asked)
    return give_back(world, charge, asked, status=world.habits.refund_status)


def give_back(world: World, charge: Body, asked: Body, *, status: str) -> Body:
    """A refund of a charge, whoever asks for it."""
    if _in_dispute(world, charge):
        raise Refusal(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    left = refundable(world, charge)
    if left == 0:
        raise Refusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = asked.get("amount", left)
    if amount > left:
        raise Refusal(
            f"Refund amount ({shown(amount, charge['currency'])}) is greater than what is left "
            f"of the charge ({shown(left, charge['currency'])})",
            param="amount",
        )
    refund = world.add(refund_body(world, charge, {**asked, "amount": amount}, status=status))
    if status == "succeeded":
        _book(world, refund)
    count_refunds(world, charge)
    world.happened("refund.created", refund)
    world.happened("charge.refunded", charge)
    return refund


def become(world: World, refund: Body, status: str, failure_reason: str | None) -> None:
    """The bank of the customer has decided, or changed its mind."""
    refund["status"] = status
    if status == "succeeded" and refund["balance_transaction"] is None:
        _book(world, refund)
    if status == "failed":
        refund["failure_reason"] = failure_reason or "unknown"
        entry = world.add(balance_body(world, refund, refund["amount"], 0))
        entry.update(type="refund_failure", reporting_category="refund_failure")
        refund["failure_balance_transaction"] = entry["id"]
    count_refunds(world, world.objects[refund["charge"]])
    world.happened("refund.updated", refund)
    world.happened("charge.refund.updated", refund)
    if status == "failed":
        world.happened("refund.failed", refund)


def _book(world: World, refund: Body) -> None:
    entry = world.add(balance_body(world, refund, -refund["amount"], 0))
    refund["balance_transaction"] = entry["id"]


def _charge(world: World, asked: Body) -> Body:
    """The charge that is meant, if money was taken with it."""
    if "payment_intent" not in asked and "charge" not in asked:
        raise missing("payment_intent")
    if "charge" in asked:
        charge = world.get("charge", asked["charge"], "charge")
        name = charge["payment_intent"]
        if asked.get("payment_intent", name) != name:
            raise Refusal("The charge does not belong to the PaymentIntent.", param="charge")
    else:
        intent = world.get("payment_intent", asked["payment_intent"], "payment_intent")
        name, charge = intent["id"], world.objects.get(intent["latest_charge"] or "", {})
    if not charge.get("captured"):
        raise Refusal(f"This PaymentIntent ({name}) does not have a successful charge to refund.")
    return charge


def _in_dispute(world: World, charge: Body) -> bool:
    found = world.all("dispute", charge=charge["id"])
    return any(dispute["status"] != "won" for dispute in found)
