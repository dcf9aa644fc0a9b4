"""A Stripe that runs on 127.0.0.1."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from bookable.testing.fakes.outbox import Outbox
from bookable.testing.fakes.server import Answer, Contract, FakeServer, Request
from bookable.testing.fakes.stripe.checkout import expire_sessions, follow
from bookable.testing.fakes.stripe.errors import (
    Refusal,
    bad_key,
    broken_down,
    too_busy,
)
from bookable.testing.fakes.stripe.events import encode, sign
from bookable.testing.fakes.stripe.expanding import check_expand, expanded
from bookable.testing.fakes.stripe.forms import decode
from bookable.testing.fakes.stripe.idempotency import key_of, remember, replay
from bookable.testing.fakes.stripe.intents import expire_authorizations
from bookable.testing.fakes.stripe.operations import Operation, find
from bookable.testing.fakes.stripe.world import Habits, World, fresh

DEFAULT_ACCOUNT = "acct_fake"


class StripeServer(FakeServer):
    """What answers the requests of a client."""

    def __init__(self, *, contract: Contract | None = None) -> None:
        super().__init__(contract=contract)
        self.habits = Habits()
        self.outbox = Outbox(encode=encode, sign=sign, now=self.now)
        self._accounts: dict[str, str] = {}
        self._revoked: set[str] = set()
        self._held: set[str] = set()
        self.worlds: dict[tuple[str, bool], World] = {}

    def operate(self, request: Request, *, broken: bool, busy: bool) -> Answer:
        try:
            world = self._world(request)
            if busy:
                raise too_busy()
            self.let_time_pass()
            answer = self._remembered(world, request, broken=broken)
        except Refusal as refusal:
            answer = refusal.answer()
        return self._with_headers(answer, request)

    def refuse(self, request: Request, faults: list[str]) -> Answer:
        refusal = self._own_refusal(request) or Refusal("; ".join(faults), stored=False)
        return self._with_headers(refusal.answer(), request)

    def _own_refusal(self, request: Request) -> Refusal | None:
        """What the fake itself has against a request, so that codes don't hang on a contract."""
        try:
            with self.lock:
                self._world(request)
            operation, _name = find(request)
            _asked(operation, request)
        except Refusal as refusal:
            return refusal
        return None

    def _remembered(self, world: World, request: Request, *, broken: bool) -> Answer:
        """The answer, from memory if its idempotency key has had one."""
        key = key_of(request)
        if key is not None and (before := replay(world, key, request, self._held)) is not None:
            return before
        world.asking = {"id": fresh("req"), "idempotency_key": key}
        stored = True
        try:
            if broken:
                raise broken_down()
            answer = self._done(world, request)
        except Refusal as refusal:
            answer, stored = refusal.answer(), refusal.stored
        finally:
            world.asking = {"id": None, "idempotency_key": None}
        if key is not None and stored:
            remember(world, key, request, answer)
        return answer

    def _done(self, world: World, request: Request) -> Answer:
        operation, name = find(request)
        asked = _asked(operation, request)
        paths = asked.pop("expand", [])
        check_expand(operation.kind, paths, listed=operation.listed)
        body = operation.run(world, name, asked)
        if body["object"] == "payment_intent":
            follow(world, body)
        return Answer(body=expanded(world, body, paths))

    def _with_headers(self, answer: Answer, request: Request) -> Answer:
        headers = {"Request-Id": fresh("req"), **answer.headers}
        if key := request.headers.get("idempotency-key"):
            headers["Idempotency-Key"] = key
        return Answer(body=answer.body, status=answer.status, headers=headers)

    def _world(self, request: Request) -> World:
        key = _secret_key(request)
        known = key in self._accounts or key.startswith(("sk_test_", "sk_live_"))
        if not known or key in self._revoked:
            raise bad_key(key)
        own = self._accounts.get(key, DEFAULT_ACCOUNT)
        return self._world_of(request.headers.get("stripe-account", own), "_live_" in key, own)

    def _world_of(self, account: str, livemode: bool, platform: str) -> World:
        if (account, livemode) not in self.worlds:
            self.worlds[account, livemode] = World(
                account=account,
                livemode=livemode,
                connected=account != platform,
                clock=self.now,
                tell=self.outbox.add,
                habits=self.habits,
            )
        return self.worlds[account, livemode]

    def register(self, key: str, *, account: str = DEFAULT_ACCOUNT) -> None:
        """From now on this key opens this account."""
        self._accounts[key] = account

    def revoke(self, key: str) -> None:
        """The key opens nothing any more."""
        self._revoked.add(key)

    def hold_key(self, key: str) -> None:
        """Pretends that a request with this idempotency key is still in progress."""
        self._held.add(key)

    def free_key(self, key: str) -> None:
        """The request that was in progress has ended, without an effect."""
        self._held.discard(key)

    def advance(self, by: timedelta) -> None:
        """Sets the clock ahead and lets happen what was due."""
        with self.lock:
            self.offset += by
            self.let_time_pass()

    def let_time_pass(self) -> None:
        """Expires what is due by the clock; every request does this first."""
        for world in self.worlds.values():
            expire_sessions(world)
            expire_authorizations(world)


def _asked(operation: Operation, request: Request) -> dict[str, Any]:
    """What a request says, in a form or in its query."""
    if request.method == "GET":
        if request.body:
            raise Refusal("A GET carries no body.", stored=False)
        return operation.fields.read(decode(request.query))
    return operation.fields.read(decode(request.body.decode("utf-8", "replace")))


def _secret_key(request: Request) -> str:
    """From `Bearer sk_…`, or from a Basic header in which it is the name."""
    scheme, _space, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given).decode().partition(":")[0]
        except ValueError:
            return ""
    return given.strip() if scheme.lower() == "bearer" else ""
