"""The fake itself: a server, and what happens at Stripe outside of any request."""

from __future__ import annotations

import copy

from bookable.testing.fakes.stripe import customer_actions, disputes, refunds
from bookable.testing.fakes.stripe.cards import Card, Outcome
from bookable.testing.fakes.stripe.customer_actions import Impossible
from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.methods import detach, new_method
from bookable.testing.fakes.stripe.server import StripeServer
from bookable.testing.fakes.stripe.world import World


class FakeStripe(StripeServer):
    """Stripe, as far as bookings need it.

    Every key `sk_test_…` or `sk_live_…` opens the same account, unless it was registered for
    another one. `outbox` holds the events; `habits` are what tests may change of its ways.
    """

    def pay_checkout(
        self,
        session_id: str,
        *,
        outcome: Outcome = "paid",
        card: Card | None = None,
        amount: int | None = None,
        currency: str | None = None,
    ) -> Body:
        """A customer fills in the page of a checkout; the intent that this became.

        `amount` and `currency` are what they paid instead of what was asked for.
        """
        with self.lock:
            self.let_time_pass()
            world, session = self._found(session_id, "checkout.session")
            card = card or Card()
            intent = customer_actions.pay(
                world, session, card, outcome=outcome, amount=amount, currency=currency
            )
            return copy.deepcopy(intent)

    def finish_action(self, intent_id: str, *, success: bool = True) -> None:
        """The customer authenticates a payment or the setup of a card, or fails to."""
        with self.lock:
            self.let_time_pass()
            world, intent = self._found(intent_id, "payment_intent", "setup_intent")
            customer_actions.finish_action(world, intent, success=success)

    def settle(self, intent_id: str, *, success: bool = True) -> None:
        """The bank decides about a payment that it was processing."""
        with self.lock:
            world, intent = self._found(intent_id, "payment_intent")
            customer_actions.settle(world, intent, success=success)

    def save_card(self, customer_id: str, card: Card | None = None) -> str:
        """A card that a customer has already; the id of its payment method."""
        with self.lock:
            world, customer = self._found(customer_id, "customer")
            return str(new_method(world, card or Card(), customer["id"])["id"])

    def change_card(self, method_id: str, card: Card) -> None:
        """From now on the card behaves like this one."""
        with self.lock:
            world, method = self._found(method_id, "payment_method")
            world.cards[method["id"]] = card

    def detach(self, method_id: str) -> None:
        """Somebody removes a saved card at the dashboard."""
        with self.lock:
            world, _method = self._found(method_id, "payment_method")
            detach(world, method_id, {})

    def refund_outcome(
        self, refund_id: str, status: str, failure_reason: str | None = None
    ) -> None:
        """A refund becomes pending, requires_action, succeeded, failed or canceled."""
        if status not in refunds.STATUSES:
            raise Impossible(f"A refund is never {status}.")
        with self.lock:
            world, refund = self._found(refund_id, "refund")
            refunds.become(world, refund, status, failure_reason)

    def refund_externally(
        self, paid_id: str, amount: int | None = None, *, status: str = "succeeded"
    ) -> Body:
        """Somebody refunds a payment intent or a charge at the dashboard."""
        with self.lock:
            world, charge = self._charge(paid_id)
            asked = {} if amount is None else {"amount": amount}
            return copy.deepcopy(refunds.give_back(world, charge, asked, status=status))

    def open_dispute(
        self, paid_id: str, amount: int | None = None, reason: str = "general"
    ) -> Body:
        """A customer disputes a payment intent or a charge at their bank."""
        with self.lock:
            world, charge = self._charge(paid_id)
            return copy.deepcopy(disputes.open_dispute(world, charge, amount, reason))

    def close_dispute(self, dispute_id: str, outcome: str) -> None:
        """The bank decides: won or lost."""
        if outcome not in {"won", "lost"}:
            raise Impossible(f"A dispute is never {outcome} at its end.")
        with self.lock:
            world, dispute = self._found(dispute_id, "dispute")
            disputes.close_dispute(world, dispute, outcome)

    def object(self, name: str) -> Body:
        """What Stripe keeps under an id at this moment."""
        with self.lock:
            self.let_time_pass()
            return copy.deepcopy(self._found(name)[1])

    def objects(self, kind: str) -> list[Body]:
        """All objects of a kind, such as `refund`, in every account; the oldest first."""
        with self.lock:
            self.let_time_pass()
            found = [body for world in self.worlds.values() for body in world.all(kind)]
            return copy.deepcopy(found)

    def _charge(self, paid_id: str) -> tuple[World, Body]:
        world, found = self._found(paid_id, "payment_intent", "charge")
        if found["object"] == "charge":
            return world, found
        if found["latest_charge"] is None:
            raise Impossible("Nothing was paid.")
        return world, world.objects[found["latest_charge"]]

    def _found(self, name: str, *kinds: str) -> tuple[World, Body]:
        for world in self.worlds.values():
            body = world.objects.get(name)
            if body is not None and (not kinds or body["object"] in kinds):
                return world, body
        raise Impossible(f"There is no {' or '.join(kinds) or 'object'} {name}.")
