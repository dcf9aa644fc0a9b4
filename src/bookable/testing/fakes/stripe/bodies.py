"""Customers, sessions and intents as Stripe shows them before anything has happened to them."""

from __future__ import annotations

from bookable.testing.fakes.stripe.errors import Body
from bookable.testing.fakes.stripe.world import World, fresh

NO_ADDRESS: Body = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
_NO_DETAILS: Body = {
    "address": NO_ADDRESS,
    "business_name": None,
    "email": None,
    "individual_name": None,
    "name": None,
    "phone": None,
    "tax_exempt": "none",
    "tax_ids": None,
}


def customer_body(world: World, asked: Body) -> Body:
    name = fresh("cus")
    return {
        "address": None,
        "balance": 0,
        "created": world.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": asked.get("description"),
        "discount": None,
        "email": asked.get("email"),
        "id": name,
        "invoice_prefix": name[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": world.livemode,
        "metadata": asked.get("metadata", {}),
        "name": asked.get("name"),
        "next_invoice_sequence": 1,
        "object": "customer",
        "phone": asked.get("phone"),
        "preferred_locales": asked.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def session_body(world: World, asked: Body, *, amount: int | None, expires_at: int) -> Body:
    name = fresh("cs_live" if world.livemode else "cs_test")
    email = asked.get("customer_email")
    return {
        **_unused_by_sessions(),
        "adaptive_pricing": {"enabled": asked.get("adaptive_pricing", {}).get("enabled", False)},
        "amount_subtotal": amount,
        "amount_total": amount,
        "billing_address_collection": asked.get("billing_address_collection"),
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "created": world.now(),
        "currency": asked.get("currency"),
        "customer": asked.get("customer"),
        "customer_creation": _customer_creation(asked),
        "customer_details": {**_NO_DETAILS, "email": email} if email else None,
        "customer_email": email,
        "expires_at": expires_at,
        "id": name,
        "livemode": world.livemode,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": asked["mode"],
        "object": "checkout.session",
        "payment_intent": None,
        "payment_status": "no_payment_required" if asked["mode"] == "setup" else "unpaid",
        "setup_intent": None,
        "status": "open",
        "submit_type": asked.get("submit_type"),
        "success_url": asked["success_url"],
        "total_details": None
        if amount is None
        else {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": f"https://checkout.stripe.com/c/pay/{name}",
    }


def details_of(body: Body, email: str) -> Body:
    """What the customer left behind in a checkout."""
    return {**_NO_DETAILS, **(body["customer_details"] or {}), "email": email}


def _customer_creation(asked: Body) -> str | None:
    if asked["mode"] == "setup" or "customer" in asked:
        return None
    return str(asked.get("customer_creation", "if_required"))


def _unused_by_sessions() -> Body:
    return {
        "after_expiration": None,
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer_account": None,
        "discounts": None,
        "integration_identifier": None,
        "invoice": None,
        "invoice_creation": None,
        "managed_payments": None,
        "origin_context": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "subscription": None,
        "ui_mode": "hosted_page",
        "wallet_options": None,
    }


def intent_body(world: World, asked: Body) -> Body:
    name = fresh("pi")
    return {
        **_shared_by_intents(world, asked, name),
        "amount": asked["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application_fee_amount": asked.get("application_fee_amount"),
        "canceled_at": None,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "confirmation_method": asked.get("confirmation_method", "automatic"),
        "currency": asked["currency"],
        "id": name,
        "last_payment_error": None,
        "latest_charge": None,
        "object": "payment_intent",
        "processing": None,
        "receipt_email": asked.get("receipt_email"),
        "review": None,
        "setup_future_usage": asked.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": asked.get("statement_descriptor"),
        "statement_descriptor_suffix": asked.get("statement_descriptor_suffix"),
        "transfer_data": asked.get("transfer_data"),
        "transfer_group": asked.get("transfer_group"),
    }


def setup_body(world: World, asked: Body) -> Body:
    name = fresh("seti")
    return {
        **_shared_by_intents(world, asked, name),
        "flow_directions": None,
        "id": name,
        "last_setup_error": None,
        "latest_attempt": None,
        "mandate": None,
        "object": "setup_intent",
        "single_use_mandate": None,
        "usage": asked.get("usage", "off_session"),
    }


def _shared_by_intents(world: World, asked: Body, name: str) -> Body:
    automatic = asked.get("automatic_payment_methods", {"enabled": True})
    return {
        "application": None,
        "automatic_payment_methods": {"allow_redirects": "always", **automatic},
        "cancellation_reason": None,
        "client_secret": f"{name}_secret_{fresh('x')[2:]}",
        "created": world.now(),
        "customer": asked.get("customer"),
        "customer_account": None,
        "description": asked.get("description"),
        "excluded_payment_method_types": None,
        "livemode": world.livemode,
        "managed_payments": None,
        "metadata": asked.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": asked.get("on_behalf_of"),
        "payment_method": asked.get("payment_method"),
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
