"""Events that a company wants to tell, delivered only when a test says so."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Sign = Callable[[bytes, str, datetime], dict[str, str]]


@dataclass(frozen=True)
class Delivery:
    """A signed event, ready for a test client or a real request."""

    body: bytes
    headers: dict[str, str]

    def send(self, url: str, *, timeout: float = 30) -> int:
        """Posts it; the status of the answer."""
        headers = {"Content-Type": "application/json", **self.headers}
        request = urllib.request.Request(url, data=self.body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code


class Outbox:
    """The events that have happened, in their order.

    `encode` makes the body of an event and `sign` its headers, from body, secret and moment.
    """

    def __init__(
        self, *, encode: Callable[[Any], bytes], sign: Sign, now: Callable[[], datetime]
    ) -> None:
        self.events: list[Any] = []
        self._encode, self._sign, self._now = encode, sign, now
        self._told = 0

    def add(self, event: Any) -> None:
        self.events.append(event)

    def waiting(self) -> list[Any]:
        """What nobody was told yet."""
        return self.events[self._told :]

    def deliveries(
        self,
        secret: str,
        *,
        order: Sequence[int] | None = None,
        copies: int = 1,
        at: datetime | None = None,
        events: Iterable[Any] | None = None,
    ) -> list[Delivery]:
        """The waiting events, signed; from then on they are told.

        `order` lists their indexes as they are to be sent, `copies` how often each one is, `at`
        when they pretend to be signed. `events` sends these instead, told or not.
        """
        if events is None:
            chosen = self.waiting()
            self._told = len(self.events)
        else:
            chosen = list(events)
        if order is not None:
            chosen = [chosen[index] for index in order]
        return [self._signed(event, secret, at) for event in chosen for _copy in range(copies)]

    def deliver(self, url: str, secret: str, **how: Any) -> list[int]:
        """Posts the waiting events to a URL; the statuses of the answers."""
        return [delivery.send(url) for delivery in self.deliveries(secret, **how)]

    def _signed(self, event: Any, secret: str, at: datetime | None) -> Delivery:
        body = self._encode(event)
        return Delivery(body, self._sign(body, secret, at or self._now()))
