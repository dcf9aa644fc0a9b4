"""A fake Stripe, driven by the real client over HTTP."""

from __future__ import annotations

from bookable.testing.fakes.stripe.cards import Card
from bookable.testing.fakes.stripe.customer_actions import Impossible
from bookable.testing.fakes.stripe.fake import FakeStripe

__all__ = ["Card", "FakeStripe", "Impossible"]
