"""The fields of each operation that this fake answers."""

from __future__ import annotations

from bookable.testing.fakes.stripe.kinds import (
    Address,
    Email,
    Flag,
    Kind,
    ListOf,
    OffSession,
    OneOf,
    Period,
    Shape,
    Text,
    Texts,
    Whole,
    shape,
)

_EXPAND = ListOf(Text())
_CAPTURE = OneOf("automatic", "automatic_async", "manual")
_LATER = OneOf("off_session", "on_session")
_AUTOMATIC = shape("enabled", enabled=Flag(), allow_redirects=OneOf("always", "never"))
_DESCRIPTOR = Text(22)
_PAGE: dict[str, Kind] = {
    "created": Period(),
    "ending_before": Text(),
    "expand": _EXPAND,
    "limit": Whole(1, 100),
    "starting_after": Text(),
}
_TRANSFER = shape("destination", amount=Whole(1), destination=Text())

EXPAND = shape(expand=_EXPAND)

_LINE = shape(
    "price_data quantity",
    metadata=Texts(),
    price_data=shape(
        "currency product_data unit_amount",
        currency=Text(),
        product_data=shape(
            "name",
            description=Text(),
            images=ListOf(Address(), 8),
            metadata=Texts(),
            name=Text(),
        ),
        tax_behavior=OneOf("exclusive", "inclusive", "unspecified"),
        unit_amount=Whole(0),
    ),
    quantity=Whole(1),
)
_SHARED_BY_PAYMENTS: dict[str, Kind] = {
    "application_fee_amount": Whole(0),
    "capture_method": _CAPTURE,
    "description": Text(1000),
    "metadata": Texts(),
    "on_behalf_of": Text(),
    "receipt_email": Email(),
    "setup_future_usage": _LATER,
    "statement_descriptor": _DESCRIPTOR,
    "statement_descriptor_suffix": _DESCRIPTOR,
    "transfer_data": _TRANSFER,
    "transfer_group": Text(),
}
CREATE_SESSION = shape(
    "mode success_url",
    adaptive_pricing=shape(enabled=Flag()),
    billing_address_collection=OneOf("auto", "required"),
    cancel_url=Address(),
    client_reference_id=Text(200),
    currency=Text(),
    customer=Text(),
    customer_creation=OneOf("always", "if_required"),
    customer_email=Email(),
    expand=_EXPAND,
    expires_at=Whole(),
    line_items=ListOf(_LINE),
    locale=Text(),
    metadata=Texts(),
    mode=OneOf("payment", "setup", "subscription"),
    payment_intent_data=Shape(_SHARED_BY_PAYMENTS),
    setup_intent_data=shape(description=Text(1000), metadata=Texts(), on_behalf_of=Text()),
    submit_type=OneOf("auto", "book", "donate", "pay", "subscribe"),
    success_url=Address(),
)
LIST_SESSIONS = shape(
    **_PAGE,
    customer=Text(),
    payment_intent=Text(),
    status=OneOf("complete", "expired", "open"),
)

_ATTEMPT: dict[str, Kind] = {
    "error_on_requires_action": Flag(),
    "expand": _EXPAND,
    "off_session": OffSession(),
    "payment_method": Text(),
    "return_url": Address(),
}
CREATE_INTENT = Shape(
    {
        **_SHARED_BY_PAYMENTS,
        **_ATTEMPT,
        "amount": Whole(0),
        "automatic_payment_methods": _AUTOMATIC,
        "confirm": Flag(),
        "confirmation_method": OneOf("automatic", "manual"),
        "currency": Text(),
        "customer": Text(),
    },
    frozenset({"amount", "currency"}),
)
LIST_INTENTS = shape(**_PAGE, customer=Text())
CONFIRM_INTENT = shape(
    **_ATTEMPT, capture_method=_CAPTURE, receipt_email=Email(), setup_future_usage=_LATER
)
CAPTURE_INTENT = shape(
    amount_to_capture=Whole(1),
    application_fee_amount=Whole(0),
    expand=_EXPAND,
    final_capture=Flag(),
    metadata=Texts(),
    statement_descriptor=_DESCRIPTOR,
    statement_descriptor_suffix=_DESCRIPTOR,
    transfer_data=shape(amount=Whole(1)),
)
CANCEL_INTENT = shape(
    cancellation_reason=OneOf("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
    expand=_EXPAND,
)

CREATE_REFUND = shape(
    amount=Whole(1),
    charge=Text(),
    expand=_EXPAND,
    metadata=Texts(),
    payment_intent=Text(),
    reason=OneOf("duplicate", "fraudulent", "requested_by_customer"),
    refund_application_fee=Flag(),
    reverse_transfer=Flag(),
)
LIST_REFUNDS = shape(**_PAGE, charge=Text(), payment_intent=Text())
LIST_DISPUTES = LIST_REFUNDS

CREATE_CUSTOMER = shape(
    description=Text(),
    email=Email(),
    expand=_EXPAND,
    metadata=Texts(),
    name=Text(256),
    phone=Text(),
    preferred_locales=ListOf(Text()),
)
CREATE_SETUP = shape(
    automatic_payment_methods=_AUTOMATIC,
    confirm=Flag(),
    customer=Text(),
    description=Text(),
    expand=_EXPAND,
    metadata=Texts(),
    on_behalf_of=Text(),
    payment_method=Text(),
    return_url=Address(),
    usage=_LATER,
)
ATTACH_METHOD = shape("customer", customer=Text(), expand=_EXPAND)
LIST_EVENTS = shape(**_PAGE, type=Text(), types=ListOf(Text(), 20))
