"""What verbs are asked for, turned into wishes, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from bookable.availability.asking import moment, resolve
from bookable.availability.query import Asked, Options, Whereabouts
from bookable.bookings.actors import Actor
from bookable.bookings.customers import Customer, customer_if_known
from bookable.bookings.models import Booking
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.answers import clean_answers
from bookable.catalog.models import Question, Service
from bookable.errors import InvalidQuery, NotAllowed, NotFound
from bookable.money import Money
from bookable.timeline.zones import to_datetime


def wish_for(
    service: Service | str | int,
    start: datetime,
    customer: Customer | None,
    asked: Asked | Options,
    using: str,
    *,
    override: Collection[str] = (),
    expected_price: Money | None = None,
) -> Wish:
    """The wish for one start, with everything by which it is decided."""
    found = resolve(Service, service, using, _("service"))
    if found is None:
        raise NotFound(_("service"), service)
    question: Asked = {**asked, "using": using}
    if customer is not None:
        question["customer"] = customer
    return Wish(
        service=found,
        start=to_datetime(moment(found.zone, start)),
        asked=question,
        override=tuple(override),
        expected_price=expected_price,
    )


def question_of(booking: Booking, asked: Asked | Options | Whereabouts) -> Asked:
    """What was asked when it was booked, with what is asked now put over it."""
    extras = booking.booked_extras.using(booking._state.db).select_related("extra")
    question: Asked = {
        **cast("Options", booking.asked_again()),
        "seats": booking.seats,
        "extras": {row.extra: row.quantity for row in extras if row.extra.is_active},
        "customer": customer_if_known(booking.order),
        "exclude": booking,
        "using": booking._state.db,
    }
    return {**question, **asked}


def to_move(options: Whereabouts) -> Whereabouts:
    """With whom and where a booking is to be; InvalidQuery for what can't change by moving it."""
    other = options.keys() - Whereabouts.__annotations__.keys()
    if other:
        raise InvalidQuery(
            _("Moving a booking doesn't change this: %(what)s.")
            % {"what": ", ".join(sorted(other))}
        )
    return options


def checked_override(actor: Actor, override: Collection[str]) -> None:
    """Only some may book against the rules; NotAllowed for all others."""
    if override and not actor.may("bookable.override_rules"):
        raise NotAllowed


def checked_answers(
    service: Service, answers: Mapping[str, object] | None, actor: Actor, *, using: str
) -> dict[str, Any]:
    """The answers to the service's questions. Whoever books for others may leave them out."""
    if answers is None and not actor.is_customer:
        return {}
    questions = list(Question.objects.using(using).filter(service=service))
    return clean_answers(questions, answers or {}) if questions or answers else {}


def booking_key(booking: Booking | UUID | str) -> dict[str, Any]:
    """How to look for a booking that was given as itself, its UUID or its reference."""
    if isinstance(booking, Booking):
        return {"pk": booking.pk}
    try:
        return {"uuid": UUID(str(booking))}
    except ValueError:
        return {"reference": str(booking)}
