"""The link by which whoever has it pays an order: signed, made anew when needed, never stored."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from bookable.errors import InvalidLink
from bookable.payments.models import Order
from bookable.payments.steps.locks import database

_SALT = "bookable.payments.links"


def pay_token(order: Order) -> str:
    """The secret part of the link."""
    return _signer().sign(order.uuid.hex)


def pay_path(order: Order) -> str:
    """The path of the page; put the site's address before it."""
    return reverse("bookable:pay", args=[pay_token(order)])


def order_to_pay(
    token: str, *, max_age: int | timedelta | None = None, using: str | None = None
) -> Order:
    """The order that a token leads to. Raises InvalidLink, whatever is wrong with it."""
    try:
        key = _signer().unsign(token, max_age=max_age)
    except BadSignature:
        raise InvalidLink from None
    order = Order.objects.using(database(using)).filter(uuid=UUID(key)).first()
    if order is None:
        raise InvalidLink
    return order


def _signer() -> TimestampSigner:
    return TimestampSigner(sep=".", salt=_SALT)
