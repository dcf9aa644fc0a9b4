"""Checkout sessions: open, complete or expired."""

from __future__ import annotations

from bookable.testing.fakes.stripe.bodies import (
    customer_body,
    details_of,
    session_body,
    setup_body,
)
from bookable.testing.fakes.stripe.errors import Body, Refusal, invalid, missing
from bookable.testing.fakes.stripe.intents import cancel
from bookable.testing.fakes.stripe.money import check_amount, check_currency
from bookable.testing.fakes.stripe.world import World

SOONEST = 30 * 60
LATEST = 24 * 3600
_ONLY_FOR_PAYMENTS = ("customer_creation", "line_items", "payment_intent_data", "submit_type")


def create_session(world: World, asked: Body) -> Body:
    if asked["mode"] == "subscription":
        raise invalid("The fake sells no subscriptions.", "mode")
    if "customer" in asked:
        world.get("customer", asked["customer"], "customer")
        for other in ("customer_email", "customer_creation"):
            if other in asked:
                raise invalid(f"Only one of customer and {other} may be given.", other)
    expires_at = _expiry(world, asked)
    if asked["mode"] == "setup":
        return _session_for_setup(world, asked, expires_at)
    return _session_for_payment(world, asked, expires_at)


def _expiry(world: World, asked: Body) -> int:
    expires_at = int(asked.get("expires_at", world.now() + LATEST))
    ahead = expires_at - world.now()
    if ahead < SOONEST:
        raise invalid("`expires_at` must be at least 30 minutes ahead.", "expires_at")
    if ahead > LATEST:
        raise invalid("`expires_at` must be less than 24 hours ahead.", "expires_at")
    return expires_at


def _session_for_payment(world: World, asked: Body, expires_at: int) -> Body:
    if "setup_intent_data" in asked:
        raise invalid("setup_intent_data needs the mode setup.", "setup_intent_data")
    if not asked.get("line_items"):
        raise missing("line_items")
    prices = [line["price_data"] for line in asked["line_items"]]
    currencies = {check_currency(price["currency"], "line_items") for price in prices}
    if len(currencies) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    (currency,) = currencies
    if check_currency(asked.get("currency", currency)) != currency:
        raise invalid("The currency is not that of the line items.", "currency")
    amount = sum(
        line["price_data"]["unit_amount"] * line["quantity"] for line in asked["line_items"]
    )
    check_amount(amount, currency, "line_items")
    asked = {**asked, "currency": currency}
    session = world.add(session_body(world, asked, amount=amount, expires_at=expires_at))
    world.plans[session["id"]] = dict(asked.get("payment_intent_data", {}))
    return session


def _session_for_setup(world: World, asked: Body, expires_at: int) -> Body:
    for name in _ONLY_FOR_PAYMENTS:
        if name in asked:
            raise invalid(f"{name} needs the mode payment.", name)
    if "currency" not in asked:
        raise missing("currency")
    asked = {**asked, "currency": check_currency(asked["currency"])}
    session = world.add(session_body(world, asked, amount=None, expires_at=expires_at))
    wanted = {**asked.get("setup_intent_data", {}), "customer": session["customer"]}
    intent = world.add(setup_body(world, wanted))
    world.happened("setup_intent.created", intent)
    session["setup_intent"] = intent["id"]
    world.sessions_of[intent["id"]] = session["id"]
    return session


def expire_session(world: World, name: str, _asked: Body) -> Body:
    session = world.get("checkout.session", name, "session")
    if session["status"] != "open":
        raise Refusal(
            "Only open Checkout Sessions can be expired. "
            f"This one has a status of {session['status']}."
        )
    return expire(world, session)


def expire(world: World, session: Body) -> Body:
    """Nobody can pay any more; an attempt that waits for the customer is given up."""
    session.update(status="expired", url=None)
    intent = world.objects.get(session["payment_intent"] or session["setup_intent"] or "")
    if intent is not None and intent["object"] == "payment_intent":
        cancel(world, intent, "expired")
    world.happened("checkout.session.expired", session)
    return session


def expire_sessions(world: World) -> None:
    """Expires what was open for longer than it was meant to be."""
    for session in world.all("checkout.session", status="open"):
        if session["expires_at"] <= world.now():
            expire(world, session)


def follow(world: World, intent: Body) -> None:
    """Brings the session of an intent up to where the intent is now."""
    session = world.objects.get(world.sessions_of.get(intent["id"], ""))
    if session is None:
        return
    paid = intent["object"] == "payment_intent" and intent["status"] == "succeeded"
    if session["status"] == "open":
        if intent["status"] in {"succeeded", "requires_capture", "processing"}:
            complete(world, session, paid=paid)
    elif paid and session["payment_status"] == "unpaid":
        session["payment_status"] = "paid"


def complete(world: World, session: Body, *, paid: bool) -> None:
    """The customer is through with it and goes on to the success URL."""
    session.update(status="complete", url=None)
    if paid:
        session["payment_status"] = "paid"
    email = session["customer_email"] or _email_of(world, session) or "guest@example.com"
    session["customer_details"] = details_of(session, email)
    world.happened("checkout.session.completed", session)


def customer_of(world: World, session: Body, *, saves_card: bool) -> str | None:
    """Whom a payment belongs to; a guest becomes a customer only if the session asks for that."""
    if session["customer"] is None and (saves_card or session["customer_creation"] == "always"):
        email = session["customer_email"] or "guest@example.com"
        customer = world.add(customer_body(world, {"email": email}))
        world.happened("customer.created", customer)
        session["customer"] = customer["id"]
    return None if session["customer"] is None else str(session["customer"])


def _email_of(world: World, session: Body) -> str | None:
    customer = world.objects.get(session["customer"] or "")
    return None if customer is None else customer["email"]
