"""How Paystack refuses. Its messages are not documented; those here are our own."""

from __future__ import annotations

from typing import Any

from bookable.testing.fakes.server import Answer

VALIDATION = "validation_error"
API = "api_error"


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(
        self, message: str, *, status: int = 400, code: str = "", kind: str = VALIDATION
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.kind = status, code, kind

    def answer(self, *, specified: bool = False) -> Answer:
        body: dict[str, Any] = {"status": False, "message": str(self)}
        if self.code:
            hint = "Look at the documentation of this operation."
            # to the specification, the code of what isn't found is only its type once more
            code = self.kind if specified and self.status == 404 else self.code
            body |= {"meta": {"nextStep": hint}, "type": self.kind, "code": code}
        return Answer(body=body, status=self.status)


def missing(name: str) -> Refusal:
    return Refusal(f"{name} is required", code="missing_params")


def invalid(message: str, *, status: int = 400) -> Refusal:
    return Refusal(message, status=status, code="invalid_params")


def not_found(message: str, *, status: int = 404, code: str = "not_found") -> Refusal:
    return Refusal(message, status=status, code=code)


def unauthorized() -> Refusal:
    return Refusal("Invalid key", status=401)


def unknown_path() -> Refusal:
    return Refusal("There is nothing at this address", status=404)


def not_played(what: str) -> Refusal:
    """Paystack has this and the fake doesn't; better loud than made up."""
    return Refusal(f"The fake doesn't play {what}", status=501)


def broken() -> Refusal:
    return Refusal("Something went wrong here", status=500, code="unknown", kind=API)


def busy() -> Refusal:
    return Refusal("Too many requests", status=429, code="rate_limited", kind=API)
