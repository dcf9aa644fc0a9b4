"""The server, and what customers, banks and people at Paystack do."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime
from typing import Any

from bookable.testing.fakes.outbox import Outbox
from bookable.testing.fakes.paystack import disputes, errors, events, preauthorization, refunds
from bookable.testing.fakes.paystack.records import (
    Account,
    Dispute,
    House,
    Refund,
    Shape,
    Transaction,
)
from bookable.testing.fakes.paystack.routes import route_of, values_of
from bookable.testing.fakes.paystack.transactions import CHARGE_OUTCOMES, OUTCOMES, attempt
from bookable.testing.fakes.server import Answer, Contract, FakeServer, Request

_KEYS = ("sk_test_", "sk_live_")


class FakePaystack(FakeServer):
    """A Paystack for tests, with an account for every secret key that comes along.

    `shape` says whether the official samples or the specification are followed where these
    disagree; a gateway has to understand both. With `fees_on_customer` the customer pays the
    fees on top. `currency` is what an account has if a request doesn't say.

    Where two accounts have the same reference or id, `key` says which one is meant.
    """

    def __init__(
        self,
        *,
        contract: Contract | None = None,
        shape: Shape | str = Shape.SAMPLES,
        fees_on_customer: bool = False,
        currency: str = "NGN",
    ) -> None:
        super().__init__(contract=contract)
        self.outbox = self._new_outbox()
        self._house = House(
            now=self.now,
            tell=self._tell,
            shape=Shape(shape),
            currency=currency,
            fees_on_customer=fees_on_customer,
        )
        self._accounts: dict[str, Account] = {}
        self._outboxes: dict[str, Outbox] = {}
        self._revoked: set[str] = set()

    @property
    def shape(self) -> Shape:
        return self._house.shape

    @shape.setter
    def shape(self, shape: Shape | str) -> None:
        self._house.shape = Shape(shape)

    @property
    def fees_on_customer(self) -> bool:
        return self._house.fees_on_customer

    @fees_on_customer.setter
    def fees_on_customer(self, on_customer: bool) -> None:
        self._house.fees_on_customer = on_customer

    def operate(self, request: Request, *, broken: bool, busy: bool) -> Answer:
        try:
            if broken:
                raise errors.broken()
            if busy:
                raise errors.busy()
            route, path = route_of(request)
            account = self._account_of(request)
            return Answer(body=route.run(account, values_of(request, route), *path))
        except errors.Refusal as refusal:
            return refusal.answer(specified=self.shape == Shape.SPECIFICATION)

    def refuse(self, request: Request, faults: list[str]) -> Answer:
        return errors.invalid(f"{request}: {'; '.join(faults)}").answer()

    def outbox_of(self, key: str) -> Outbox:
        """The events of one account; `outbox` has those of all."""
        return self._outboxes.setdefault(key, self._new_outbox())

    def complete(
        self,
        reference: str,
        outcome: str = "success",
        *,
        amount: int | None = None,
        fees: int | None = None,
        reusable: bool = True,
        key: str | None = None,
    ) -> None:
        """The customer tries to pay, or to have an amount held; may be done until it works."""
        if outcome not in OUTCOMES:
            raise ValueError(f"A payment is never {outcome}.")
        with self.lock:
            account = self._account_with(reference, key, Account.references)
            if reference in account.transactions:
                transaction = account.transactions[reference]
                attempt(account, transaction, outcome, amount=amount, fees=fees, reusable=reusable)
            else:
                hold = account.preauthorizations[reference]
                preauthorization.attempt(account, hold, outcome, reusable=reusable)

    def next_charge(self, outcome: str) -> None:
        """How the next charge of a saved card ends that isn't decided yet; usually well.

        `paused` asks for the customer at another page, `send_otp` for a password. Both leave
        the transaction to `complete`.
        """
        if outcome not in CHARGE_OUTCOMES:
            raise ValueError(f"A charge is never {outcome}.")
        with self.lock:
            self._house.charges.append(outcome)

    def forget_authorization(self, code: str, *, key: str | None = None) -> None:
        """A saved card is not to be charged again."""
        with self.lock:
            account = self._account_with(code, key, lambda account: account.cards)
            account.cards[code].active = False

    def refund_event(self, refund_id: int, status: str, *, key: str | None = None) -> None:
        """The next thing happens to a refund."""
        with self.lock:
            account = self._account_with(refund_id, key, lambda account: account.refunds)
            refunds.move(account, account.refunds[refund_id], status)

    def refund_externally(
        self, reference: str, amount: int | None = None, *, key: str | None = None
    ) -> int:
        """Somebody refunds on Paystack's own pages; the id of the refund."""
        with self.lock:
            account = self._account_with(reference, key, Account.references)
            transaction = account.transactions[reference]
            value = transaction.amount if amount is None else amount
            person = "somebody@example.com"
            return refunds.begin(account, transaction, value, {}, refunded_by=person).id

    def open_dispute(
        self,
        reference: str,
        *,
        amount: int | None = None,
        category: str = "chargeback",
        due_at: datetime | None = None,
        key: str | None = None,
    ) -> int:
        """The customer's bank wants the money back; the id of the dispute."""
        with self.lock:
            account = self._account_with(reference, key, Account.references)
            transaction = account.transactions[reference]
            return disputes.open_one(account, transaction, amount, category, due_at).id

    def remind_of_dispute(self, dispute_id: int, *, key: str | None = None) -> None:
        with self.lock:
            account = self._account_with(dispute_id, key, lambda account: account.disputes)
            disputes.tell(account, account.disputes[dispute_id], "remind")

    def resolve_dispute(
        self,
        dispute_id: int,
        resolution: str = "merchant-accepted",
        *,
        amount: int | None = None,
        key: str | None = None,
    ) -> None:
        """`merchant-accepted` and `auto-accepted` cost the site the money, `declined` doesn't."""
        with self.lock:
            account = self._account_with(dispute_id, key, lambda account: account.disputes)
            disputes.resolve(account, account.disputes[dispute_id], resolution, amount)

    def revoke(self, key: str) -> None:
        """From now on the key is refused; what happened with it stays."""
        self._revoked.add(key)

    def restore(self, key: str) -> None:
        self._revoked.discard(key)

    def transaction(self, reference: str, *, key: str | None = None) -> Transaction:
        """What the fake knows about a payment, for a test to look at."""
        return self._account_with(reference, key, Account.references).transactions[reference]

    def refunds(self, reference: str, *, key: str | None = None) -> list[Refund]:
        """The refunds of a payment, in their order."""
        account = self._account_with(reference, key, Account.references)
        rows = account.refunds.values()
        return [row for row in rows if row.transaction.reference == reference]

    def dispute(self, dispute_id: int, *, key: str | None = None) -> Dispute:
        account = self._account_with(dispute_id, key, lambda account: account.disputes)
        return account.disputes[dispute_id]

    def _new_outbox(self) -> Outbox:
        return Outbox(encode=events.encode, sign=events.sign, now=self.now)

    def _tell(self, account: Account, event: dict[str, Any]) -> None:
        self.outbox.add(event)
        self.outbox_of(account.key).add(event)

    def _account_of(self, request: Request) -> Account:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key.startswith(_KEYS) or key in self._revoked:
            raise errors.unauthorized()
        if key not in self._accounts:
            self._accounts[key] = Account(key, self._house, 100_001 + len(self._accounts))
        return self._accounts[key]

    def _account_with(
        self, name: str | int, key: str | None, names: Callable[[Account], Container[str | int]]
    ) -> Account:
        """The one account that has this name."""
        accounts = [row for row in self._accounts.values() if key in {None, row.key}]
        found = [account for account in accounts if name in names(account)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} accounts have {name}.")
        return found[0]
