"""What happens at the companies' own pages and banks, and what sites agree with their customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.test import override_settings
from tests.payments.shops import OfflineShop, PaystackShop, Shop, StripeShop

from bookable.models import OfflineRefund, Payment, Purpose, Refund, SavedCard
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.steps.opening import Consent
from bookable.testing.booking_factories import make_order_line
from bookable.testing.fakes.stripe.cards import Card

MANDATE = "You may charge this card if I don't come."


class Desk:
    """Whoever works at a company's own pages, and the banks behind it."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.fake = shop, shop.fake  # type: ignore[attr-defined]

    def gives_back(self, payment: Payment, amount: int | None = None) -> None:
        raise NotImplementedError

    def decides(self, refund: Refund, outcome: str) -> None:
        """A refund is `done`, `failed` or `stuck`."""
        raise NotImplementedError

    def finishes(self) -> None:
        """Every refund that waits is done."""
        raise NotImplementedError

    def is_disputed(self, payment: Payment) -> str:
        """The customer's bank wants the money back; the name of the dispute."""
        raise NotImplementedError

    def ends(self, dispute: str, *, won: bool) -> None:
        raise NotImplementedError

    def refund_count(self) -> int:
        raise NotImplementedError

    def books(self, currency: str) -> Money:
        """What the company has taken and not given back, as we count it."""
        return get_gateway(self.shop.alias).from_minor(self.shop.books(), currency)


class StripeDesk(Desk):
    _STATES = {"done": "succeeded", "failed": "failed", "stuck": "requires_action"}

    def gives_back(self, payment: Payment, amount: int | None = None) -> None:
        self.fake.refund_externally(payment.external, amount)

    def decides(self, refund: Refund, outcome: str) -> None:
        self.fake.refund_outcome(refund.external, self._STATES[outcome])

    def finishes(self) -> None:
        for refund in self.fake.objects("refund"):
            if refund["status"] in {"pending", "requires_action"}:
                self.fake.refund_outcome(refund["id"], "succeeded")

    def is_disputed(self, payment: Payment) -> str:
        return str(self.fake.open_dispute(payment.external)["id"])

    def ends(self, dispute: str, *, won: bool) -> None:
        self.fake.close_dispute(dispute, "won" if won else "lost")

    def refund_count(self) -> int:
        return len(self.fake.objects("refund"))


class PaystackDesk(Desk):
    _STATES = {"done": "processed", "failed": "failed", "stuck": "needs-attention"}

    def gives_back(self, payment: Payment, amount: int | None = None) -> None:
        self.fake.refund_externally(payment.reference, amount)

    def decides(self, refund: Refund, outcome: str) -> None:
        assert refund.external is not None
        self.fake.refund_event(int(refund.external), self._STATES[outcome])

    def finishes(self) -> None:
        for refund in self._refunds():
            if refund.status not in {"processed", "failed"}:
                self.fake.refund_event(refund.id, "processed")

    def is_disputed(self, payment: Payment) -> str:
        return str(self.fake.open_dispute(payment.reference))

    def ends(self, dispute: str, *, won: bool) -> None:
        self.fake.resolve_dispute(int(dispute), "declined" if won else "merchant-accepted")

    def refund_count(self) -> int:
        return len(self._refunds())

    def books(self, currency: str) -> Money:
        paid = [one for one in self._transactions() if one.paid_at is not None]
        back = [one.amount for one in self._refunds() if one.status != "failed"]
        counted = sum(one.amount for one in paid) - sum(back)
        return get_gateway(self.shop.alias).from_minor(counted, currency)

    def _refunds(self) -> list[Any]:
        return [row for one in self._transactions() for row in self.fake.refunds(one.reference)]

    def _transactions(self) -> list[Any]:
        found = []
        for payment in Payment.objects.all():
            with suppress(LookupError):  # when it never heard of it
                found.append(self.fake.transaction(payment.reference))
        return found


class OfflineDesk(Desk):
    """Our own: money is handed back at once, and no bank is behind it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def finishes(self) -> None:
        """All of it is done already."""

    def refund_count(self) -> int:
        return OfflineRefund.objects.count()


def desk_of(shop: Shop) -> Desk:
    kinds: dict[type[Shop], type[Desk]] = {
        StripeShop: StripeDesk,
        PaystackShop: PaystackDesk,
        OfflineShop: OfflineDesk,
    }
    return kinds[type(shop)](shop)


@contextmanager
def terms(**options: Any) -> Iterator[None]:
    """What the site agrees with its customers about cancelling and not coming."""
    backend = "bookable.bookings.policies.StandardTerms"
    wanted = {**settings.BOOKABLE, "CANCELLATION": {"BACKEND": backend, "OPTIONS": options}}
    with override_settings(BOOKABLE=wanted):
        yield


def consent(shop: Shop, limit: int = 10_000) -> Consent:
    return Consent(mandate=MANDATE, limit=Money(limit, shop.currency))


def card_of(shop: Shop, limit: int = 10_000) -> SavedCard:
    """The card of somebody who has paid, and may be charged for more."""
    shop.paid(consent=consent(shop, limit))
    return SavedCard.objects.get()


def owes(card: SavedCard, amount: int) -> Money:
    """Something more is owed for the order of a card."""
    make_order_line(card.order, amount, kind="fee", owner="site")
    return Money(amount, card.currency)


def next_charge_is(shop: Shop, outcome: str) -> None:
    """How the charge of the only card ends: declined, or the bank asks for its owner."""
    if isinstance(shop, StripeShop):
        method = SavedCard.objects.get().token.partition("/")[2]
        away: Any = {"declined": "declined", "asked": "action"}[outcome]
        shop.fake.change_card(method, Card(off_session=away))
    else:
        desk_of(shop).fake.next_charge({"declined": "failed", "asked": "paused"}[outcome])


def charges() -> list[str]:
    return [one.state for one in Payment.objects.filter(purpose=Purpose.FEE).order_by("pk")]


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def money(shop: Shop, amount: int) -> Money:
    return Money(amount, shop.currency)


def amounts(payment: Payment) -> list[int]:
    return [one.amount for one in payment.refunds.order_by("pk")]


def done(shop: Shop) -> None:
    """The company finishes all refunds and says so."""
    desk_of(shop).finishes()
    assert set(shop.tell()) <= {200}
