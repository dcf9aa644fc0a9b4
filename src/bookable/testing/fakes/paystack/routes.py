"""Which address is which operation, and what else Paystack has that is not played here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from bookable.testing.fakes.paystack import (
    customers,
    disputes,
    fields,
    preauthorization,
    refunds,
    transactions,
)
from bookable.testing.fakes.paystack.errors import invalid, not_played, unknown_path
from bookable.testing.fakes.server import Request

_NOT_PLAYED_FILTERS = frozenset(
    {
        *("use_cursor", "next", "previous", "source", "terminal_id", "virtual_account_number"),
        *("settlement", "channel", "subaccount_code", "split_code"),
    }
)

# first the group, then what follows it; {} is anything
_OTHERS = """
address_verification: states
apple-pay: domain
balance: . ledger
bank: . resolve validate
bulkcharge: . {} {}/charges pause/{} resume/{}
charge: . {} submit_address submit_birthday submit_otp submit_phone submit_pin
country: .
customer: . authorization/initialize authorization/verify/{} set_risk_action {}/identification
 {}/directdebit-activation-charge {}/directdebit-mandate-authorizations
 {}/initialize-direct-debit
decision: bin/{}
dedicated_account: . {} assign available_providers requery split
directdebit: activation-charge mandate-authorizations
dispute: export transaction/{} {}/evidence {}/resolve {}/upload_url
order: . {} product/{} {}/validate
page: . {} check_slug_availability/{} {}/product
paymentrequest: . {} archive/{} finalize/{} notify/{} totals verify/{}
plan: . {}
preauthorization: .
product: . {}
settlement: . {}/transactions
split: . {} {}/subaccount/add {}/subaccount/remove
storefront: . {} verify/{} {}/duplicate {}/order {}/product {}/publish
subaccount: . {}
subscription: . {} disable enable {}/manage/email {}/manage/link
terminal: . {} commission_device decommission_device {}/event {}/event/{} {}/presence
transaction: export partial_debit timeline/{} totals
transfer: . {} bulk disable_otp disable_otp_finalize enable_otp export finalize_transfer
 resend_otp verify/{}
transferrecipient: . {} bulk
virtual_terminal: . {} {}/deactivate {}/destination/assign {}/destination/unassign {}/split_code
"""

Operation = Callable[..., Any]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("/" + re.escape(template).replace(r"\{\}", "([^/]+)"))


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    run: Operation
    fields: fields.Fields = field(default_factory=dict)

    def match(self, path: str) -> re.Match[str] | None:
        return _pattern(self.template).fullmatch(path)


ROUTES = (
    Route("POST", "transaction/initialize", transactions.initialize, fields.INITIALIZE),
    Route("GET", "transaction/verify/{}", transactions.verify),
    Route("GET", "transaction", transactions.listing, fields.TRANSACTIONS),
    Route(
        "POST",
        "transaction/charge_authorization",
        transactions.charge_authorization,
        fields.CHARGE_AUTHORIZATION,
    ),
    Route("GET", "transaction/{}", transactions.fetch),
    Route("POST", "refund", refunds.create, fields.REFUND),
    Route("GET", "refund", refunds.listing, fields.REFUNDS),
    Route("POST", "refund/retry_with_customer_details/{}", refunds.retry, fields.REFUND_RETRY),
    Route("GET", "refund/{}", refunds.fetch),
    Route("GET", "dispute", disputes.listing, fields.DISPUTES),
    Route("GET", "dispute/{}", disputes.fetch),
    # the documentation and the specification have different addresses for this one
    Route(
        "POST",
        "customer/deactivate_authorization",
        customers.deactivate_authorization,
        fields.DEACTIVATE,
    ),
    Route(
        "POST",
        "customer/authorization/deactivate",
        customers.deactivate_authorization,
        fields.DEACTIVATE,
    ),
    Route("GET", "customer/{}", customers.fetch),
    Route("POST", "preauthorization/initialize", preauthorization.initialize, fields.PREAUTHORIZE),
    Route(
        "POST", "preauthorization/reserve_authorization", preauthorization.reserve, fields.RESERVE
    ),
    Route("POST", "preauthorization/capture", preauthorization.capture, fields.CAPTURE),
    Route("POST", "preauthorization/release", preauthorization.release, fields.RELEASE),
    Route("GET", "preauthorization/verify/{}", preauthorization.verify),
    Route(
        "PUT",
        "integration/payment_session_timeout",
        customers.set_session_timeout,
        fields.SESSION_TIMEOUT,
    ),
)


def _other_templates() -> list[str]:
    found = []
    for line in _OTHERS.replace("\n ", " ").strip().splitlines():
        group, _, rest = line.partition(":")
        found += [group if end == "." else f"{group}/{end}" for end in rest.split()]
    return found


_NOT_PLAYED_BY_NAME = {f"/{template}" for template in _other_templates() if "{" not in template}
_KNOWN = [
    _pattern(template) for template in [*_other_templates(), *(row.template for row in ROUTES)]
]


def route_of(request: Request) -> tuple[Route, list[str]]:
    """The operation that is meant and what its address says."""
    if request.path in _NOT_PLAYED_BY_NAME:  # else /transaction/totals were a payment's id
        raise not_played(str(request))
    for route in ROUTES:
        found = route.match(request.path) if route.method == request.method else None
        if found:
            return route, [unquote(value) for value in found.groups()]
    if any(pattern.fullmatch(request.path) for pattern in _KNOWN):
        raise not_played(str(request))
    raise unknown_path()


def values_of(request: Request, route: Route) -> dict[str, Any]:
    """What is sent along, once every field of it is right."""
    values = _query(request, route) if route.method == "GET" else _body(request)
    fields.check(values, route.fields)
    return values


def _query(request: Request, route: Route) -> dict[str, Any]:
    if request.body:
        raise invalid("A GET carries no body")
    values = dict(parse_qsl(request.query, keep_blank_values=True))
    if route.run is transactions.listing and (found := _NOT_PLAYED_FILTERS & values.keys()):
        raise not_played(f"the filter {min(found)}")
    return values


def _body(request: Request) -> dict[str, Any]:
    if request.query:
        raise invalid("What is sent is no part of the address")
    try:
        values = json.loads(request.body or b"{}")
    except ValueError:
        raise invalid("The body is no JSON") from None
    if not isinstance(values, dict):
        raise invalid("The body is no object")
    return values
