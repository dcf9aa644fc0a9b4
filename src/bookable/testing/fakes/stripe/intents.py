"""Payment intents: create, confirm, capture, cancel."""

from __future__ import annotations

from bookable.testing.fakes.stripe.attempts import ask, attempt, declined, fail
from bookable.testing.fakes.stripe.bodies import intent_body
from bookable.testing.fakes.stripe.card_bodies import refund_body
from bookable.testing.fakes.stripe.charges import release, take
from bookable.testing.fakes.stripe.errors import Body, Refusal, invalid, unexpected_state
from bookable.testing.fakes.stripe.methods import usable
from bookable.testing.fakes.stripe.money import check_amount, check_currency
from bookable.testing.fakes.stripe.world import World

_OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})
_CHANGED_BY_CONFIRMING = ("capture_method", "receipt_email", "setup_future_usage")


def create_intent(world: World, asked: Body) -> Body:
    currency = check_currency(asked["currency"])
    check_amount(asked["amount"], currency)
    if not asked.get("confirm"):
        for name in ("off_session", "return_url", "error_on_requires_action"):
            if asked.get(name):
                raise invalid(f"{name} needs confirm to be true.", name)
    if "customer" in asked:
        world.get("customer", asked["customer"], "customer")
    method = asked.get("payment_method")
    if method is not None:
        method = usable(world, method, asked.get("customer"))["id"]
    intent = new_intent(world, {**asked, "currency": currency, "payment_method": method})
    if asked.get("confirm"):
        return _confirmed(world, intent, asked)
    return intent


def new_intent(world: World, asked: Body) -> Body:
    intent = world.add(intent_body(world, asked))
    if intent["payment_method"] is not None:
        intent["status"] = "requires_confirmation"
    world.happened("payment_intent.created", intent)
    return intent


def confirm_intent(world: World, name: str, asked: Body) -> Body:
    intent = _own(world, name, "confirmed")
    if intent["status"] not in _OPEN:
        raise unexpected_state(intent, "confirmed")
    if "payment_method" in asked:
        intent["payment_method"] = usable(world, asked["payment_method"], intent["customer"])["id"]
    intent.update({key: asked[key] for key in _CHANGED_BY_CONFIRMING if key in asked})
    return _confirmed(world, intent, asked)


def _confirmed(world: World, intent: Body, asked: Body) -> Body:
    if intent["payment_method"] is None:
        raise unexpected_state(intent, "confirmed without a payment method")
    usable(world, intent["payment_method"], intent["customer"])
    card = world.cards[intent["payment_method"]]
    away = bool(asked.get("off_session"))
    outcome = card.off_session if away else card.on_session
    if outcome == "action" and (away or asked.get("error_on_requires_action")):
        intent["latest_charge"] = None
        fail(world, intent, "authentication_required", "authentication_required")
    elif outcome == "action":
        ask(world, intent, asked.get("return_url"))
    else:
        attempt(world, intent, outcome)
    if intent["last_payment_error"] is not None:
        raise declined(intent)
    return intent


def capture_intent(world: World, name: str, asked: Body) -> Body:
    intent = world.get("payment_intent", name, "intent")
    if intent["status"] != "requires_capture":
        raise unexpected_state(intent, "captured")
    amount: int = intent["amount_capturable"]
    if "amount_to_capture" in asked:
        amount = asked["amount_to_capture"]
    if amount > intent["amount_capturable"]:
        message = "The amount to capture is greater than what was authorized."
        raise Refusal(message, code="amount_too_large", param="amount_to_capture")
    check_amount(amount, intent["currency"], "amount_to_capture")
    intent["metadata"].update(asked.get("metadata", {}))
    charge = world.objects[intent["latest_charge"]]
    _list_the_rest(world, charge, charge["amount"] - amount)
    take(world, charge, amount)
    intent.update(status="succeeded", amount_capturable=0, amount_received=amount)
    world.happened("charge.captured", charge)
    world.happened("payment_intent.succeeded", intent)
    return intent


def _list_the_rest(world: World, charge: Body, rest: int) -> None:
    if rest and world.habits.release_refunds:
        refund = world.add(refund_body(world, charge, {"amount": rest}, status="succeeded"))
        world.released.add(refund["id"])


def cancel_intent(world: World, name: str, asked: Body) -> Body:
    intent = world.get("payment_intent", name, "intent")
    if intent["status"] != "requires_capture":
        _own(world, name, "canceled")
    if intent["status"] not in {*_OPEN, "requires_capture"}:
        raise unexpected_state(intent, "canceled")
    return cancel(world, intent, asked.get("cancellation_reason"))


def cancel(world: World, intent: Body, reason: str | None, released: str = "refunded") -> Body:
    """Ends an intent; `released` is how the event calls what happens to an authorization."""
    if intent["status"] == "requires_capture":
        release(world, world.objects[intent["latest_charge"]], f"charge.{released}")
    intent.update(
        amount_capturable=0,
        canceled_at=world.now(),
        cancellation_reason=reason,
        next_action=None,
        status="canceled",
    )
    world.happened("payment_intent.canceled", intent)
    return intent


def expire_authorizations(world: World) -> None:
    """Cancels what was held for too long without being captured."""
    for intent in world.all("payment_intent", status="requires_capture"):
        charge = world.objects[intent["latest_charge"]]
        if charge["payment_method_details"]["card"]["capture_before"] <= world.now():
            cancel(world, intent, "automatic", released="expired")


def _own(world: World, name: str, doing: str) -> Body:
    """An intent that no open checkout looks after."""
    intent = world.get("payment_intent", name, "intent")
    session = world.objects.get(world.sessions_of.get(name, ""))
    if session is not None and session["status"] == "open":
        raise Refusal(
            f"This PaymentIntent belongs to a Checkout Session and cannot be {doing}. "
            "Expire the session instead.",
            code="payment_intent_unexpected_state",
        )
    return intent
