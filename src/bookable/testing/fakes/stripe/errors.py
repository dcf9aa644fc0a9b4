"""Refusals, in the words and shapes of Stripe."""

from __future__ import annotations

import copy
from typing import Any

from bookable.testing.fakes.server import Answer

Body = dict[str, Any]


class Refusal(Exception):
    """Stripe does not do what it was asked to; `stored` if it remembers that under the key."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        stored: bool = True,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.stored = status, stored
        known = {name: value for name, value in details.items() if value is not None}
        self.error: Body = {"type": kind, "message": message, **known}

    def answer(self) -> Answer:
        return Answer(body={"error": self.error}, status=self.status)


def invalid(message: str, param: str, code: str | None = None) -> Refusal:
    """A parameter that fails validation, which no idempotency key remembers."""
    return Refusal(message, param=param, code=code, stored=False)


def unknown(param: str) -> Refusal:
    return invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")


def missing(param: str) -> Refusal:
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def not_found(kind: str, name: str, param: str) -> Refusal:
    words = kind.replace(".", " ").replace("_", " ")
    return Refusal(f"No such {words}: '{name}'", status=404, code="resource_missing", param=param)


def no_such_address(method: str, path: str) -> Refusal:
    return Refusal(f"Unrecognized request URL ({method}: {path}).", status=404, stored=False)


def not_done_here(method: str, path: str) -> Refusal:
    """Stripe knows the operation, but this fake does not."""
    return Refusal(
        f"The fake does not answer {method} {path}.", status=501, kind="api_error", stored=False
    )


def bad_key(key: str) -> Refusal:
    shown = f": {key[:8]}…" if key else ""
    return Refusal(f"Invalid API Key provided{shown}", status=401, stored=False)


def too_busy() -> Refusal:
    return Refusal("Too many requests hit the API.", status=429, code="rate_limit", stored=False)


def broken_down() -> Refusal:
    return Refusal("Something went wrong on Stripe's end.", status=500, kind="api_error")


def key_in_use(key: str) -> Refusal:
    return Refusal(
        f"Another request with the idempotency key {key} is in progress.",
        status=409,
        code="idempotency_key_in_use",
        stored=False,
    )


def key_reused(key: str) -> Refusal:
    return Refusal(
        f"The idempotency key {key} was first used with other parameters.",
        kind="idempotency_error",
        stored=False,
    )


def unexpected_state(intent: Body, doing: str) -> Refusal:
    """A payment or setup intent that is not in a state for this."""
    name = str(intent["object"])
    refusal = Refusal(
        f"This {name} could not be {doing} because it has a status of {intent['status']}.",
        code=f"{name}_unexpected_state",
    )
    refusal.error[name] = copy.deepcopy(intent)
    return refusal
