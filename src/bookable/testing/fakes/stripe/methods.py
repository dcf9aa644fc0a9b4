"""Payment methods: where they come from, who may use them, who keeps them."""

from __future__ import annotations

from bookable.testing.fakes.stripe.card_bodies import method_body
from bookable.testing.fakes.stripe.cards import TEST_CARDS, Card
from bookable.testing.fakes.stripe.errors import Body, Refusal, invalid
from bookable.testing.fakes.stripe.world import World


def new_method(world: World, card: Card, customer: str | None = None) -> Body:
    method = world.add(method_body(world, card))
    method["customer"] = customer
    world.cards[method["id"]] = card
    return method


def usable(world: World, name: str, customer: str | None) -> Body:
    """The payment method of this id, if a payment of this customer may use it."""
    if name in TEST_CARDS:
        return new_method(world, TEST_CARDS[name])
    method = world.get("payment_method", name, "payment_method")
    if method["id"] in world.spent:
        raise Refusal(
            "This PaymentMethod was used before or detached without belonging to a customer. "
            "It may not be used again."
        )
    if method["customer"] != customer and method["customer"] is not None:
        raise invalid(
            f"The PaymentMethod {method['id']} belongs to the customer {method['customer']}, "
            "who has to be named too.",
            "payment_method",
        )
    return method


def keep(world: World, intent: Body) -> None:
    """After a payment: the card stays with the customer, or it is spent."""
    method = world.objects[intent["payment_method"]]
    if method["customer"] is not None:
        return
    if intent["customer"] is not None and intent["setup_future_usage"] is not None:
        method["customer"] = intent["customer"]
        world.happened("payment_method.attached", method)
    else:
        world.spent.add(method["id"])


def attach(world: World, name: str, asked: Body) -> Body:
    customer = world.get("customer", asked["customer"], "customer")
    method = usable(world, name, customer["id"])
    if method["customer"] is None:
        method["customer"] = customer["id"]
        world.happened("payment_method.attached", method)
    return method


def detach(world: World, name: str, _asked: Body) -> Body:
    method = world.get("payment_method", name, "payment_method")
    if method["customer"] is None:
        raise Refusal("The payment method you provided is not attached to a customer.")
    method["customer"] = None
    world.spent.add(method["id"])
    world.happened("payment_method.detached", method)
    return method
