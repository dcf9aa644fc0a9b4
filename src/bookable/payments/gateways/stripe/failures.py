"""What Stripe's client raises, as our own errors. Nothing of its messages is kept: they may name
keys and customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from bookable.errors import (
    ActionRequired,
    Declined,
    GatewayAuthError,
    GatewayError,
    InvalidAmount,
    InvalidRequest,
    OutcomeUnknown,
    RateLimited,
)

_AMOUNTS = {"amount_too_small", "amount_too_large"}
#: Another attempt with the same card can't do any better.
_FINAL = {"lost_card", "stolen_card", "pickup_card", "fraudulent", "invalid_account"}


@contextmanager
def translated() -> Iterator[None]:
    """Turns an error of the client into one of ours."""
    try:
        yield
    except stripe.StripeError as error:
        raise as_ours(error) from None


def as_ours(error: stripe.StripeError) -> GatewayError:
    """Whatever says nothing about its effect is an unknown outcome."""
    code = _code(error)
    if isinstance(error, stripe.CardError):
        return _refusal(code)
    if isinstance(error, stripe.RateLimitError):
        return RateLimited(code)
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return GatewayAuthError(type(error).__name__)
    is_settled = isinstance(error, (stripe.InvalidRequestError, stripe.IdempotencyError))
    if not is_settled or code == "idempotency_key_in_use":  # the first request is on its way yet
        return OutcomeUnknown(code)
    return (InvalidAmount if code.partition(" ")[0] in _AMOUNTS else InvalidRequest)(code)


def _refusal(code: str) -> GatewayError:
    if code == "authentication_required":
        return ActionRequired()
    return Declined(code, is_retryable=code not in _FINAL)


def _code(error: stripe.StripeError) -> str:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    inner = body.get("error")
    details = inner if isinstance(inner, dict) else {}
    code = details.get("code") or error.code or type(error).__name__
    if isinstance(error, stripe.CardError):
        is_ask = code == "authentication_required"
        return str(code if is_ask else details.get("decline_code") or code)
    param = details.get("param")
    return f"{code} ({param})" if param else str(code)
