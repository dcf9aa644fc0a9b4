"""Paystack's client package with a key, a connection and a patience of its own.

The package keeps its key for the whole process; here each account has its own. It also reads
whatever comes back as JSON, so what its answers mean is decided here.
"""

from __future__ import annotations

from typing import Any

import requests
from paystackapi.base import PayStackRequests
from paystackapi.refund import Refund
from paystackapi.transaction import Transaction

from bookable.errors import (
    GatewayAuthError,
    InvalidRequest,
    OutcomeUnknown,
    RateLimited,
)

Body = dict[str, Any]


class KeyedRequests(PayStackRequests):  # type: ignore[misc]
    """What the package's classes send their requests with."""

    def __init__(self, key: str, url: str, timeout: tuple[float, float]) -> None:
        super().__init__(api_url=url, headers={"Authorization": f"Bearer {key}"})
        self._timeout = timeout

    def _request(self, method: Any, resource_uri: str, **kwargs: Any) -> Body:
        try:
            answer = method(
                self.API_BASE_URL + resource_uri,
                json=kwargs.get("data"),
                params=kwargs.get("qs"),
                headers=self.headers,
                timeout=self._timeout,
            )
        except requests.RequestException as error:
            raise OutcomeUnknown(type(error).__name__) from None
        return _read(answer)


class Client:
    """One account at Paystack."""

    def __init__(self, key: str, url: str, timeout: tuple[float, float]) -> None:
        self.requests = KeyedRequests(key, url, timeout)
        self.transactions = _bound(Transaction, self.requests)
        self.refunds = _bound(Refund, self.requests)

    def get(self, path: str, **query: Any) -> Any:
        """A page that the package has no method for."""
        return data_of(self.requests.get(path, qs=query or None))

    def post(self, path: str, **body: Any) -> None:
        self.requests.post(path, data=body)


def data_of(answer: Body) -> Any:
    """What an answer is about; OutcomeUnknown if it says nothing."""
    if "data" not in answer:
        raise OutcomeUnknown("An answer without data.")
    return answer["data"]


def _bound(resource: type[Any], keyed: KeyedRequests) -> type[Any]:
    """A class of the package that asks with this key instead of the process's."""

    def start(self: object, **_kwargs: object) -> None:
        """Takes no key: it has one."""

    return type(resource.__name__, (resource,), {"__init__": start, "requests": keyed})


def _read(answer: requests.Response) -> Body:
    """The body of an answer, or the error that it means."""
    status = answer.status_code
    if status == 429:
        raise RateLimited
    if status == 401:
        raise GatewayAuthError
    try:
        body = answer.json()
    except ValueError:
        body = None
    if status >= 500 or not isinstance(body, dict):
        raise OutcomeUnknown(f"HTTP {status}")
    if status >= 400 or not body.get("status"):
        raise InvalidRequest(str(body.get("code") or f"HTTP {status}"))
    return body
