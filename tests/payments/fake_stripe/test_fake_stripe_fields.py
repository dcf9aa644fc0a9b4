"""The fake's own tables of fields, next to the specification and to the installed client."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from tests.payments.contract import Contract, needs_contracts
from tests.payments.stripe_client import stripe

from bookable.testing.fakes.stripe import fields
from bookable.testing.fakes.stripe.kinds import Kind, ListOf, OneOf, Shape

OPERATIONS = {
    "POST /v1/checkout/sessions": fields.CREATE_SESSION,
    "GET /v1/checkout/sessions": fields.LIST_SESSIONS,
    "POST /v1/checkout/sessions/x/expire": fields.EXPAND,
    "POST /v1/payment_intents": fields.CREATE_INTENT,
    "GET /v1/payment_intents": fields.LIST_INTENTS,
    "POST /v1/payment_intents/x/confirm": fields.CONFIRM_INTENT,
    "POST /v1/payment_intents/x/capture": fields.CAPTURE_INTENT,
    "POST /v1/payment_intents/x/cancel": fields.CANCEL_INTENT,
    "POST /v1/refunds": fields.CREATE_REFUND,
    "GET /v1/refunds": fields.LIST_REFUNDS,
    "GET /v1/disputes": fields.LIST_DISPUTES,
    "POST /v1/customers": fields.CREATE_CUSTOMER,
    "POST /v1/setup_intents": fields.CREATE_SETUP,
    "POST /v1/payment_methods/x/attach": fields.ATTACH_METHOD,
    "GET /v1/events": fields.LIST_EVENTS,
}
CLIENT_CLASSES = {
    "checkout._session_create_params.SessionCreateParams": fields.CREATE_SESSION,
    "_payment_intent_create_params.PaymentIntentCreateParams": fields.CREATE_INTENT,
    "_payment_intent_confirm_params.PaymentIntentConfirmParams": fields.CONFIRM_INTENT,
    "_payment_intent_capture_params.PaymentIntentCaptureParams": fields.CAPTURE_INTENT,
    "_payment_intent_cancel_params.PaymentIntentCancelParams": fields.CANCEL_INTENT,
    "_refund_create_params.RefundCreateParams": fields.CREATE_REFUND,
    "_customer_create_params.CustomerCreateParams": fields.CREATE_CUSTOMER,
    "_setup_intent_create_params.SetupIntentCreateParams": fields.CREATE_SETUP,
}


def differences(kind: Kind, schema: dict[str, Any], name: str = "") -> list[str]:
    """Where a kind of field allows what its schema does not."""
    schema = next((one for one in schema.get("anyOf", []) if "properties" in one), schema)
    if isinstance(kind, Shape) and "properties" in schema:
        known = schema["properties"]
        found = [f"{name}[{key}] is unknown" for key in kind.fields if key not in known]
        missing = set(schema.get("required", [])) - kind.required
        found += [f"{name}[{key}] is required" for key in missing]
        for key, inner in kind.fields.items():
            found += differences(inner, known.get(key, {}), f"{name}[{key}]")
        return found
    if isinstance(kind, ListOf) and "items" in schema:
        return differences(kind.item, schema["items"], f"{name}[]")
    if isinstance(kind, OneOf):
        return [f"{name} is never {one}" for one in kind.choices if one not in schema["enum"]]
    return []


@needs_contracts
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_specification_knows_every_field(operation: str) -> None:
    schema = Contract.stripe().request_schema(*operation.split())
    assert differences(OPERATIONS[operation], schema) == []


@needs_contracts
def test_a_difference_would_be_found() -> None:
    schema = Contract.stripe().request_schema("POST", "/v1/refunds")
    wrong = Shape({"reason": OneOf("whim"), "amonut": OneOf()})
    assert differences(wrong, schema) == ["[amonut] is unknown", "[reason] is never whim"]


@pytest.mark.parametrize("name", CLIENT_CLASSES)
def test_the_client_knows_every_field(name: str) -> None:
    module, _point, name_of_class = name.rpartition(".")
    params = getattr(import_module(f"{stripe.__name__}.params.{module}"), name_of_class)
    assert set(CLIENT_CLASSES[name].fields) - set(params.__annotations__) == set()
