"""Cards and what moves money on them, as Stripe shows them."""

from __future__ import annotations

from bookable.testing.fakes.stripe.bodies import NO_ADDRESS
from bookable.testing.fakes.stripe.cards import Card
from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.world import World, fresh

_CHECKS: Body = {
    "address_line1_check": None,
    "address_postal_code_check": None,
    "cvc_check": "pass",
}
_NOBODY: Body = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}
_COPIED = """
    amount application_fee_amount currency customer description on_behalf_of payment_method
    receipt_email statement_descriptor statement_descriptor_suffix transfer_group
"""
_EVIDENCE = """
    access_activity_log billing_address cancellation_policy cancellation_policy_disclosure
    cancellation_rebuttal customer_communication customer_email_address customer_name
    customer_purchase_ip customer_signature duplicate_charge_documentation
    duplicate_charge_explanation duplicate_charge_id product_description receipt refund_policy
    refund_policy_disclosure refund_refusal_explanation service_date service_documentation
    shipping_address shipping_carrier shipping_date shipping_documentation
    shipping_tracking_number uncategorized_file uncategorized_text
"""


def _shared_by_cards(card: Card) -> Body:
    return {
        "brand": card.brand,
        "checks": _CHECKS,
        "country": card.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": f"fake{card.brand}{card.last4}",
        "funding": card.funding,
        "last4": card.last4,
        "regulated_status": "unregulated",
        "wallet": None,
    }


def method_body(world: World, card: Card) -> Body:
    return {
        "allow_redisplay": "unspecified",
        "billing_details": _NOBODY,
        "card": {
            **_shared_by_cards(card),
            "display_brand": card.brand,
            "generated_from": None,
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
        },
        "created": world.now(),
        "customer": None,
        "customer_account": None,
        "id": fresh("pm"),
        "livemode": world.livemode,
        "metadata": {},
        "object": "payment_method",
        "type": "card",
    }


def charge_body(world: World, intent: Body, card: Card) -> Body:
    """A charge that nobody has decided about."""
    return {
        **{name: intent[name] for name in _COPIED.split()},
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "balance_transaction": None,
        "billing_details": _NOBODY,
        "calculated_statement_descriptor": "BOOKINGS",
        "captured": False,
        "created": world.now(),
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "id": fresh("ch"),
        "livemode": world.livemode,
        "metadata": dict(intent["metadata"]),
        "object": "charge",
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method_details": {"card": _charged_card(card, intent["amount"]), "type": "card"},
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "status": "pending",
        "transfer_data": intent["transfer_data"],
    }


def _charged_card(card: Card, amount: int) -> Body:
    return {
        **_shared_by_cards(card),
        "amount_authorized": amount,
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": None,
        "transaction_link_id": None,
    }


def outcome_body(declined: str | None) -> Body:
    """How the network answered to a charge."""
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": declined,
        "seller_message": "The bank declined." if declined else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def refund_body(world: World, charge: Body, asked: Body, *, status: str) -> Body:
    name = fresh("re")
    return {
        "amount": asked["amount"],
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "id": name,
        "metadata": asked.get("metadata", {}),
        "object": "refund",
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def dispute_body(world: World, charge: Body, amount: int, reason: str) -> Body:
    brand = charge["payment_method_details"]["card"]["brand"]
    return {
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE.split()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.now() + 7 * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "id": fresh("dp"),
        "is_charge_refundable": False,
        "livemode": world.livemode,
        "metadata": {},
        "object": "dispute",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "chargeback",
                "network": brand,
                "network_reason_code": None,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def balance_body(world: World, source: Body, amount: int, fee: int) -> Body:
    kind = source["object"]
    currency = source["currency"]
    part = {"amount": fee, "application": None, "currency": currency, "description": "Stripe fees"}
    return {
        "amount": amount,
        "available_on": world.now() + 2 * 24 * 3600,
        "balance_type": "payments",
        "created": world.now(),
        "currency": currency,
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**part, "type": "stripe_fee"}] if fee else [],
        "id": fresh("txn"),
        "net": amount - fee,
        "object": "balance_transaction",
        "reporting_category": kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
