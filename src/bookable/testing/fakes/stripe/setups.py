"""Setup intents: a card to be charged later."""

from __future__ import annotations

import copy

from bookable.testing.fakes.stripe.attempts import ask
from bookable.testing.fakes.stripe.bodies import setup_body
from bookable.testing.fakes.stripe.errors import Body, Refusal, invalid, unexpected_state
from bookable.testing.fakes.stripe.methods import usable
from bookable.testing.fakes.stripe.world import World

_MESSAGES = {
    "card_declined": "The card was declined.",
    "setup_intent_authentication_failure": "The customer could not be authenticated.",
}


def create_setup(world: World, asked: Body) -> Body:
    if "customer" in asked:
        world.get("customer", asked["customer"], "customer")
    if "return_url" in asked and not asked.get("confirm"):
        raise invalid("return_url needs confirm to be true.", "return_url")
    method = asked.get("payment_method")
    if method is not None:
        method = usable(world, method, asked.get("customer"))["id"]
    intent = world.add(setup_body(world, {**asked, "payment_method": method}))
    if method is not None:
        intent["status"] = "requires_confirmation"
    world.happened("setup_intent.created", intent)
    return _confirmed(world, intent, asked) if asked.get("confirm") else intent


def _confirmed(world: World, intent: Body, asked: Body) -> Body:
    if intent["payment_method"] is None:
        raise unexpected_state(intent, "confirmed without a payment method")
    outcome = world.cards[intent["payment_method"]].on_session
    if outcome == "action":
        ask(world, intent, asked.get("return_url"))
    elif outcome == "declined":
        fail_setup(world, intent, "card_declined")
        error = dict(intent["last_setup_error"])
        message, kind = error.pop("message"), error.pop("type")
        raise Refusal(message, status=402, kind=kind, setup_intent=copy.deepcopy(intent), **error)
    else:
        succeed_setup(world, intent)
    return intent


def succeed_setup(world: World, intent: Body) -> None:
    """The card stays with the customer, if there is one."""
    method = world.objects[intent["payment_method"]]
    if intent["customer"] is not None and method["customer"] is None:
        method["customer"] = intent["customer"]
        world.happened("payment_method.attached", method)
    intent.update(status="succeeded", next_action=None, last_setup_error=None)
    world.happened("setup_intent.succeeded", intent)


def fail_setup(world: World, intent: Body, code: str) -> None:
    method = world.objects[intent["payment_method"]]
    error: Body = {"type": "card_error", "code": code, "message": _MESSAGES[code]}
    if code == "card_declined":
        error["decline_code"] = world.cards[method["id"]].decline_code
    intent.update(
        last_setup_error={**error, "payment_method": dict(method)},
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    world.happened("setup_intent.setup_failed", intent)
