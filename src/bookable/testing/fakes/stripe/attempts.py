"""Attempts to pay: what an intent and its charge become."""

from __future__ import annotations

import copy
from typing import Any

from bookable.testing.fakes.stripe.cards import Outcome
from bookable.testing.fakes.stripe.charges import approve, open_charge, refuse
from bookable.testing.fakes.stripe.errors import Body, Refusal
from bookable.testing.fakes.stripe.methods import keep
from bookable.testing.fakes.stripe.world import World

_MESSAGES = {
    "card_declined": "The card was declined.",
    "authentication_required": "The customer has to authenticate this payment.",
    "payment_intent_authentication_failure": "The customer could not be authenticated.",
}


def attempt(world: World, intent: Body, outcome: Outcome) -> None:
    """One attempt with the payment method that the intent has."""
    intent.update(last_payment_error=None, next_action=None, latest_charge=None)
    if outcome == "paid":
        succeed(world, intent)
    elif outcome == "declined":
        card = world.cards[intent["payment_method"]]
        fail(world, intent, "card_declined", card.decline_code)
    elif outcome == "action":
        ask(world, intent)
    else:
        begin(world, intent)


def succeed(world: World, intent: Body) -> None:
    """The money is there, or held for a later capture."""
    manual = intent["capture_method"] == "manual"
    charge = open_charge(world, intent)
    keep(world, intent)
    approve(world, charge, capture=not manual)
    intent.update(processing=None, next_action=None)
    if manual:
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        world.happened("payment_intent.amount_capturable_updated", intent)
    else:
        intent.update(status="succeeded", amount_received=intent["amount"])
        world.happened("payment_intent.succeeded", intent)


def fail(world: World, intent: Body, code: str, decline_code: str | None = None) -> None:
    """No money; the intent waits for another attempt."""
    charge = open_charge(world, intent)
    refuse(world, charge, code, _MESSAGES[code])
    method = world.objects[intent["payment_method"]]
    error: Body = {"type": "card_error", "code": code, "message": _MESSAGES[code]}
    if decline_code is not None:
        error["decline_code"] = decline_code
    intent.update(
        last_payment_error={**error, "charge": charge["id"], "payment_method": dict(method)},
        next_action=None,
        payment_method=None,
        processing=None,
        status="requires_payment_method",
    )
    world.happened("payment_intent.payment_failed", intent)


def ask(world: World, intent: Body, return_url: str | None = None) -> None:
    """The bank wants to see the customer."""
    address = f"https://hooks.stripe.com/redirect/{intent['id']}"
    redirect = {"return_url": return_url, "url": address}
    intent["next_action"] = {"redirect_to_url": redirect, "type": "redirect_to_url"}
    intent["status"] = "requires_action"
    world.happened(f"{intent['object']}.requires_action", intent)


def begin(world: World, intent: Body) -> None:
    """The bank takes its time."""
    charge = open_charge(world, intent)
    intent.update(status="processing", processing={"type": "card"})
    world.happened("charge.pending", charge)
    world.happened("payment_intent.processing", intent)


def declined(intent: Body) -> Refusal:
    """The answer to a request whose attempt has failed."""
    error: dict[str, Any] = dict(intent["last_payment_error"])
    message, kind = error.pop("message"), error.pop("type")
    return Refusal(message, status=402, kind=kind, payment_intent=copy.deepcopy(intent), **error)
