"""Which operation a request asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bookable.testing.fakes.server import Request
from bookable.testing.fakes.stripe import checkout, fields, intents, methods, refunds, setups
from bookable.testing.fakes.stripe.bodies import customer_body
from bookable.testing.fakes.stripe.errors import Body, no_such_address, not_done_here
from bookable.testing.fakes.stripe.kinds import Shape
from bookable.testing.fakes.stripe.listing import list_of
from bookable.testing.fakes.stripe.world import World

Run = Callable[[World, str, Body], Body]


@dataclass(frozen=True)
class Operation:
    """An operation: where it is found, what may be sent to it, what it does.

    `kind` is what it answers with, or what is in the list with which it answers if it is `listed`.
    """

    method: str
    pattern: re.Pattern[str]
    kind: str
    fields: Shape
    run: Run
    listed: bool = False


def find(request: Request) -> tuple[Operation, str]:
    """The operation of a request and the id in its path, if there is one."""
    for operation in _OPERATIONS:
        match = operation.pattern.fullmatch(request.path)
        if match and operation.method == request.method:
            return operation, match.groupdict().get("id", "")
    if any(
        method == request.method and pattern.fullmatch(request.path)
        for method, pattern in _NOT_DONE_HERE
    ):
        raise not_done_here(request.method, request.path)
    raise no_such_address(request.method, request.path)


def create_customer(world: World, asked: Body) -> Body:
    customer = world.add(customer_body(world, asked))
    world.happened("customer.created", customer)
    return customer


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(path.replace("{id}", "(?P<id>[^/]+)"))


def _create(path: str, kind: str, asked: Shape, run: Callable[[World, Body], Body]) -> Operation:
    return _change(path, kind, asked, lambda world, _id, body: run(world, body))


def _change(path: str, kind: str, asked: Shape, run: Run) -> Operation:
    return Operation("POST", _pattern(path), kind, asked, run)


def _retrieve(path: str, kind: str, param: str) -> Operation:
    def run(world: World, name: str, _asked: Body) -> Body:
        return world.get(kind, name, param)

    return Operation("GET", _pattern(path), kind, fields.EXPAND, run)


def _list(path: str, kind: str, asked: Shape) -> Operation:
    def run(world: World, _id: str, body: Body) -> Body:
        return list_of(world, kind, body, path)

    return Operation("GET", _pattern(path), kind, asked, run, listed=True)


_SESSIONS = "/v1/checkout/sessions"
_SESSION = "checkout.session"
_INTENTS = "/v1/payment_intents"
_INTENT = "payment_intent"
_METHODS = "/v1/payment_methods"
_OPERATIONS = (
    _create(_SESSIONS, _SESSION, fields.CREATE_SESSION, checkout.create_session),
    _list(_SESSIONS, _SESSION, fields.LIST_SESSIONS),
    _retrieve(f"{_SESSIONS}/{{id}}", _SESSION, "session"),
    _change(f"{_SESSIONS}/{{id}}/expire", _SESSION, fields.EXPAND, checkout.expire_session),
    _create(_INTENTS, _INTENT, fields.CREATE_INTENT, intents.create_intent),
    _list(_INTENTS, _INTENT, fields.LIST_INTENTS),
    _retrieve(f"{_INTENTS}/(?!search$){{id}}", _INTENT, "intent"),
    _change(
        f"{_INTENTS}/{{id}}/confirm",
        _INTENT,
        fields.CONFIRM_INTENT,
        intents.confirm_intent,
    ),
    _change(
        f"{_INTENTS}/{{id}}/capture",
        _INTENT,
        fields.CAPTURE_INTENT,
        intents.capture_intent,
    ),
    _change(f"{_INTENTS}/{{id}}/cancel", _INTENT, fields.CANCEL_INTENT, intents.cancel_intent),
    _create("/v1/refunds", "refund", fields.CREATE_REFUND, refunds.create_refund),
    _list("/v1/refunds", "refund", fields.LIST_REFUNDS),
    _retrieve("/v1/refunds/{id}", "refund", "refund"),
    _create("/v1/customers", "customer", fields.CREATE_CUSTOMER, create_customer),
    _retrieve("/v1/customers/{id}", "customer", "customer"),
    _create("/v1/setup_intents", "setup_intent", fields.CREATE_SETUP, setups.create_setup),
    _retrieve("/v1/setup_intents/{id}", "setup_intent", "intent"),
    _retrieve(f"{_METHODS}/{{id}}", "payment_method", "payment_method"),
    _change(f"{_METHODS}/{{id}}/attach", "payment_method", fields.ATTACH_METHOD, methods.attach),
    _change(f"{_METHODS}/{{id}}/detach", "payment_method", fields.EXPAND, methods.detach),
    _retrieve("/v1/charges/{id}", "charge", "charge"),
    _list("/v1/disputes", "dispute", fields.LIST_DISPUTES),
    _retrieve("/v1/disputes/{id}", "dispute", "dispute"),
    _list("/v1/events", "event", fields.LIST_EVENTS),
    _retrieve("/v1/events/{id}", "event", "id"),
    _retrieve("/v1/balance_transactions/{id}", "balance_transaction", "id"),
)

# real operations of Stripe near those above
_OTHERS = """
    POST /v1/accounts
    GET POST DELETE /v1/accounts/{id}
    POST /v1/accounts/{id}/login_links
    POST /v1/account_links
    GET /v1/accounts
    GET /v1/balance
    GET /v1/balance_transactions
    GET POST /v1/charges
    POST /v1/charges/{id}
    POST /v1/charges/{id}/capture
    POST /v1/checkout/sessions/{id}
    GET /v1/checkout/sessions/{id}/line_items
    GET POST /v1/coupons
    GET POST DELETE /v1/coupons/{id}
    GET /v1/customers
    POST DELETE /v1/customers/{id}
    GET /v1/customers/{id}/payment_methods
    POST /v1/disputes/{id}
    POST /v1/disputes/{id}/close
    POST /v1/payment_intents/{id}
    POST /v1/payment_intents/{id}/increment_authorization
    GET /v1/payment_intents/search
    GET POST /v1/payment_methods
    POST /v1/payment_methods/{id}
    GET POST /v1/payouts
    GET POST /v1/payouts/{id}
    POST /v1/refunds/{id}
    POST /v1/refunds/{id}/cancel
    GET /v1/setup_intents
    POST /v1/setup_intents/{id}
    POST /v1/setup_intents/{id}/cancel
    POST /v1/setup_intents/{id}/confirm
    GET POST /v1/transfers
    GET POST /v1/transfers/{id}
    GET POST /v1/transfers/{id}/reversals
    GET POST /v1/webhook_endpoints
    GET POST DELETE /v1/webhook_endpoints/{id}
"""
_NOT_DONE_HERE = tuple(
    (method, _pattern(line.split()[-1]))
    for line in _OTHERS.strip().splitlines()
    for method in line.split()[:-1]
)
