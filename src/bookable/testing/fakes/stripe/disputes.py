"""Disputes, which customers open at their bank."""

from __future__ import annotations

from bookable.testing.fakes.stripe.card_bodies import dispute_body
from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.world import World


def open_dispute(world: World, charge: Body, amount: int | None, reason: str) -> Body:
    """The bank takes the money back for the time being."""
    amount = charge["amount_captured"] if amount is None else amount
    dispute = world.add(dispute_body(world, charge, amount, reason))
    charge["disputed"] = True
    world.happened("charge.dispute.created", dispute)
    world.happened("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(world: World, dispute: Body, outcome: str) -> None:
    """`won` gives the money back to the merchant, `lost` does not."""
    dispute.update(status=outcome, is_charge_refundable=outcome == "won")
    world.happened("charge.dispute.closed", dispute)
    if outcome == "won":
        world.happened("charge.dispute.funds_reinstated", dispute)
