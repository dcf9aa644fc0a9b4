"""The companies' own OpenAPI files, to which the fakes are held where these are at hand."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from tests.payments.schemas import (
    Schema,
    closed_throughout,
    coerced,
    decoded,
    nullable_rewritten,
    query_schema,
    resolved,
)

from bookable.testing.fakes.server import Answer, Request

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = ROOT.parent / "shared" / "contracts"

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
NOT_OFFERED = frozenset({404, 405, 501})
LONGEST = 300


def _what_is_missing() -> str:
    if not CONTRACTS.is_dir():
        return f"The companies' specifications are not at {CONTRACTS}."
    if importlib.util.find_spec("jsonschema") is None:
        return "Without jsonschema nothing can be held against a specification."
    return ""


MISSING = _what_is_missing()
AT_HAND = not MISSING
needs_contracts = pytest.mark.skipif(not AT_HAND, reason=MISSING or "nothing is missing")

# the only operations of Paystack whose official samples fit its specification
_PAYSTACK_ANSWERS = frozenset(
    {
        "transaction_initialize",
        "transaction_verify",
        "transaction_chargeAuthorization",
        "refund_create",
        "transfer_initiate",
    }
)


@functools.cache
def official(path: str) -> Any:
    """A file among the contracts, such as `stripe/fixtures3.json`."""
    return json.loads((CONTRACTS / path).read_text("utf-8"))


@dataclass(frozen=True)
class Route:
    """An operation of a specification and the paths that lead to it."""

    pattern: re.Pattern[str]
    method: str
    operation: Schema
    parameters: tuple[Schema, ...]

    @property
    def name(self) -> str:
        return str(self.operation.get("operationId", ""))


class Contract:
    """A company's specification: what is wrong with a request or an answer, a sentence each.

    `strict` closes every object of a request, however deep; otherwise only the outermost.
    `answers` names the operations whose answers count, all of them if it is None. Paths that begin
    with one of `beyond` exist although the specification leaves them out.
    """

    def __init__(
        self,
        document: Schema,
        *,
        strict: bool,
        answers: frozenset[str] | None = None,
        beyond: tuple[str, ...] = (),
    ) -> None:
        self._document = nullable_rewritten(document)
        self._components = {"components": self._document.get("components", {})}
        self._strict, self._answers, self._beyond = strict, answers, beyond
        self._routes = _routes(self._document)
        self._validators: dict[str, Any] = {}

    @classmethod
    @functools.cache
    def stripe(cls) -> Self:
        return cls(official("stripe/openapi.reduced.json"), strict=True)

    @classmethod
    @functools.cache
    def paystack(cls) -> Self:
        return cls(
            official("paystack/openapi.json"),
            strict=False,
            answers=_PAYSTACK_ANSWERS,
            beyond=("/preauthorization/",),
        )

    def route(self, request: Request) -> Route | None:
        """The operation that is asked for; None if there is none of this path and method."""
        for route in self._routes:
            if route.method == request.method and route.pattern.fullmatch(request.path):
                return route
        return None

    def request_faults(self, request: Request) -> list[str]:
        """What is wrong with a request; nothing if its path is unknown, for which a 404 is due."""
        route = self.route(request)
        if route is None:
            return []
        if request.method == "GET" and request.body:
            return ["body: a GET carries none"]
        return [*self._query_faults(route, request), *self._body_faults(route, request)]

    def answer_faults(self, request: Request, answer: Answer) -> list[str]:
        """What is wrong with an answer, from whatever operation it came."""
        route = self.route(request)
        if answer.status == 501 or request.path.startswith(self._beyond):
            return []
        if route is None:
            known = answer.status in NOT_OFFERED
            return [] if known else [f"{answer.status} to what the specification does not know"]
        if self._answers is not None and route.name not in self._answers:
            return []
        schema = self._answer_schema(route, answer.status)
        if schema is None:
            return []
        return self._faults(f"{route.name} {answer.status}", schema, json.loads(answer.content))

    def object_faults(self, name: str, value: Any) -> list[str]:
        """What is wrong with one object, held against the schema of this name."""
        return self._faults(f"object {name}", {"$ref": f"#/components/schemas/{name}"}, value)

    def properties(self, name: str) -> set[str]:
        """The fields that the schema of this name knows."""
        return set(self._document["components"]["schemas"][name]["properties"])

    def request_schema(self, method: str, path: str) -> Schema:
        """What may be sent to an operation, in its form or in its query."""
        request = Request(method=method, path=path, query="", headers={}, body=b"")
        route = self.route(request)
        assert route is not None, f"There is no {request}."
        if method == "GET":
            return query_schema(route.parameters)
        content = route.operation["requestBody"]["content"]
        return self._resolved(next(iter(content.values()))["schema"])

    def _query_faults(self, route: Route, request: Request) -> list[str]:
        schema = query_schema(route.parameters)
        try:
            value = coerced(decoded(request.query), schema, self._document)
        except ValueError:
            return ["query: no form"]
        return self._faults(f"{route.name} query", schema, value, closed=True)

    def _body_faults(self, route: Route, request: Request) -> list[str]:
        if request.method == "GET":
            return []
        content = route.operation.get("requestBody", {}).get("content", {})
        kind = _media_type(request)
        if not content:
            return ["body: none is expected"] if request.body else []
        if kind not in content:
            return self._without_body(route, request, content)
        schema = content[kind]["schema"]
        try:
            value = self._body(request.body, kind, schema)
        except ValueError:
            return [f"body: no {kind}"]
        return self._faults(f"{route.name} {kind}", schema, value, closed=True)

    def _without_body(self, route: Route, request: Request, content: Schema) -> list[str]:
        if request.body:
            return [f"body: one of {', '.join(content)} is expected"]
        kind, described = next(iter(content.items()))
        return self._faults(f"{route.name} {kind}", described["schema"], {}, closed=True)

    def _body(self, body: bytes, kind: str, schema: Schema) -> Any:
        if kind == JSON:
            return json.loads(body)
        return coerced(decoded(body.decode("utf-8")), schema, self._document)

    def _closed(self, schema: Schema) -> Schema:
        if self._strict:
            return closed_throughout(schema)
        return {"allOf": [schema], "unevaluatedProperties": False}

    def _answer_schema(self, route: Route, status: int) -> Schema | None:
        answers = route.operation["responses"]
        found = self._resolved(answers.get(str(status)) or answers.get("default") or {})
        schema: Schema | None = found.get("content", {}).get(JSON, {}).get("schema")
        return schema

    def _resolved(self, node: Schema) -> Schema:
        return resolved(node, self._document)

    def _faults(self, key: str, schema: Schema, value: Any, *, closed: bool = False) -> list[str]:
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import best_match

        if key not in self._validators:
            whole = self._closed(schema) if closed else schema
            self._validators[key] = Draft202012Validator({**whole, **self._components})
        found = self._validators[key].iter_errors(value)
        deepest = [best_match([error]) for error in found]
        return [f"{error.json_path}: {error.message[-LONGEST:]}" for error in deepest]


def _routes(document: Schema) -> list[Route]:
    """Those with fewer parameters first, for `/search` would also match `/{id}`."""
    paths = sorted(document["paths"], key=lambda path: (path.count("{"), path))
    return [route for path in paths for route in _routes_of(path, document)]


def _routes_of(path: str, document: Schema) -> Iterator[Route]:
    item = document["paths"][path]
    pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)))
    for method in ("get", "post", "put", "delete", "patch"):
        if method in item:
            own = [*item.get("parameters", []), *item[method].get("parameters", [])]
            parameters = tuple(resolved(parameter, document) for parameter in own)
            yield Route(pattern, method.upper(), item[method], parameters)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
