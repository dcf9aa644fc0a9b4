"""Cards and how they behave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["paid", "declined", "action", "processing"]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A card; what becomes of a payment with it while the customer is there, and while not."""

    brand: str = "visa"
    last4: str = "4242"
    exp_month: int = 12
    exp_year: int = 2034
    funding: str = "credit"
    country: str = "US"
    on_session: Outcome = "paid"
    off_session: Outcome = "paid"
    decline_code: str = "generic_decline"


_DECLINED = Card(last4="0002", on_session="declined", off_session="declined")

# Stripe's own names of test cards, which become a new payment method wherever they are used
TEST_CARDS = {
    "pm_card_visa": Card(),
    "pm_card_mastercard": Card(brand="mastercard", last4="4444"),
    "pm_card_visa_chargeDeclined": _DECLINED,
    "pm_card_chargeCustomerFail": Card(last4="0341", on_session="declined", off_session="declined"),
    "pm_card_authenticationRequired": Card(last4="3184", on_session="action", off_session="action"),
    "pm_card_authenticationRequiredOnSetup": Card(last4="3155", on_session="action"),
}
