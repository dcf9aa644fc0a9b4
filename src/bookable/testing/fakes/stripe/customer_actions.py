"""What customers and their banks do, outside of any request."""

from __future__ import annotations

from bookable.testing.fakes.stripe.attempts import ask, attempt, fail, succeed
from bookable.testing.fakes.stripe.cards import Card, Outcome
from bookable.testing.fakes.stripe.checkout import customer_of, follow
from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.intents import new_intent
from bookable.testing.fakes.stripe.methods import new_method
from bookable.testing.fakes.stripe.setups import fail_setup, succeed_setup
from bookable.testing.fakes.stripe.world import World


class Impossible(ValueError):
    """A customer cannot do this any more, or not yet."""


def pay(
    world: World,
    session: Body,
    card: Card,
    *,
    outcome: Outcome,
    amount: int | None,
    currency: str | None,
) -> Body:
    """Fills in the page of a checkout; the intent that this became."""
    if session["status"] != "open":
        raise Impossible(f"The checkout is {session['status']}.")
    if session["mode"] == "setup":
        return _set_up(world, session, card, outcome)
    intent = _intent_of(world, session)
    if intent["status"] == "requires_action":
        raise Impossible("The customer has an authentication to finish first.")
    if amount is not None:
        intent["amount"] = session["amount_total"] = amount
    if currency is not None:
        intent["currency"] = session["currency"] = currency
    intent["payment_method"] = new_method(world, card)["id"]
    attempt(world, intent, outcome)
    follow(world, intent)
    return intent


def _intent_of(world: World, session: Body) -> Body:
    """The intent of a checkout, which exists only once somebody tries to pay."""
    if session["payment_intent"] is not None:
        return world.objects[session["payment_intent"]]
    plan = world.plans[session["id"]]
    saves_card = "setup_future_usage" in plan
    owner = customer_of(world, session, saves_card=saves_card)
    amount = {"amount": session["amount_total"], "currency": session["currency"]}
    intent = new_intent(world, {**plan, **amount, "customer": owner})
    session["payment_intent"] = intent["id"]
    world.sessions_of[intent["id"]] = session["id"]
    return intent


def _set_up(world: World, session: Body, card: Card, outcome: Outcome) -> Body:
    intent = world.objects[session["setup_intent"]]
    intent["payment_method"] = new_method(world, card)["id"]
    if outcome == "declined":
        fail_setup(world, intent, "card_declined")
    elif outcome == "action":
        ask(world, intent)
    else:
        succeed_setup(world, intent)
    follow(world, intent)
    return intent


def finish_action(world: World, intent: Body, *, success: bool) -> None:
    """The customer comes back from their bank."""
    if intent["status"] != "requires_action":
        raise Impossible(f"The intent is {intent['status']}.")
    if intent["object"] == "setup_intent":
        if success:
            succeed_setup(world, intent)
        else:
            fail_setup(world, intent, "setup_intent_authentication_failure")
    elif success:
        succeed(world, intent)
    else:
        fail(world, intent, "payment_intent_authentication_failure")
    follow(world, intent)


def settle(world: World, intent: Body, *, success: bool) -> None:
    """The bank has made up its mind."""
    if intent["status"] != "processing":
        raise Impossible(f"The intent is {intent['status']}.")
    if success:
        succeed(world, intent)
    else:
        fail(world, intent, "card_declined", "generic_decline")
    follow(world, intent)
    session = world.objects.get(world.sessions_of.get(intent["id"], ""))
    if session is not None:
        ending = "succeeded" if success else "failed"
        world.happened(f"checkout.session.async_payment_{ending}", session)
