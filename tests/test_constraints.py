"""What must never be in the tables is refused by the database, whoever writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from bookable.models import (
    Booking,
    BusyTime,
    Claim,
    DateHours,
    DurationChoice,
    Extra,
    Need,
    Offering,
    Provider,
    Question,
    Refund,
    Service,
    Session,
    TimeOff,
    WebhookEvent,
    WeeklyHours,
)
from bookable.schedule.lane_constraint import violates_lane
from bookable.testing import (
    make_booking,
    make_booking_event,
    make_booking_extra,
    make_extra,
    make_idempotency_key,
    make_order,
    make_order_line,
    make_payment,
    make_payment_event,
    make_provider,
    make_refund,
    make_saved_card,
    make_service,
    make_session,
    make_waiting_entry,
    make_webhook_event,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(minutes=1)
TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)
KEY = UUID("12345678-1234-5678-1234-567812345678")


def service(**fields: Any) -> Callable[[], Service]:
    return lambda: make_service(**fields)


def provider(**fields: Any) -> Callable[[], Provider]:
    return lambda: make_provider(**fields)


def of_service(model: Any, **fields: Any) -> Callable[[], Any]:
    return lambda: model.objects.create(service=make_service(), **fields)


def of_provider(model: Any, **fields: Any) -> Callable[[], Any]:
    return lambda: model.objects.create(provider=make_provider(), **fields)


def session(**fields: Any) -> Callable[[], Session]:
    return lambda: make_session(make_service(), NOON, **fields)


def claim() -> Claim:
    made = make_session(make_service(), NOON)
    return Claim.objects.create(session=made, provider=make_provider(), start=NOON, end=NOON)


def booking(**fields: Any) -> Callable[[], Booking]:
    return lambda: make_booking(make_service(capacity=9), NOON, make_provider(), **fields)


def changed_to(**fields: Any) -> Callable[[], Any]:
    """A confirmed booking of which so much is changed past the verbs."""
    return lambda: Booking.objects.filter(pk=booking()().pk).update(**fields)


def booked_extra(*quantities: int) -> Callable[[], Any]:
    def write() -> None:
        made = booking()()
        extra = make_extra(made.session.service)
        for quantity in quantities:
            make_booking_extra(made, extra, quantity)

    return write


def waiting(**fields: Any) -> Callable[[], Any]:
    times = {"earliest": NOON, "latest": NOON, **fields}
    return lambda: make_waiting_entry(make_service(), **times)


def offering(**fields: Any) -> Callable[[], Offering]:
    return lambda: Offering.objects.create(
        service=make_service(), provider=make_provider(), **fields
    )


def payment(**fields: Any) -> Callable[[], Any]:
    return lambda: make_payment(**fields)


def refunds_called(*names: str | None) -> Callable[[], Any]:
    """Refunds of one payment, by the gateway's names for them."""

    def write() -> None:
        made = make_payment()
        for name in names:
            make_refund(made, external=name)

    return write


def cards_called(*tokens: str) -> Callable[[], Any]:
    """Cards that were kept for one order."""

    def write() -> None:
        order = make_order()
        for token in tokens:
            make_saved_card(order, token=token)

    return write


def messages_called(*names: str) -> Callable[[], Any]:
    return lambda: [make_webhook_event(event_id=name) for name in names]


def twice(make: Callable[[Any, Any], Any]) -> Callable[[], Any]:
    def both() -> None:
        owner, other = make_service(), make_provider()
        make(owner, other)
        make(owner, other)

    return both


REFUSED: dict[str, list[Callable[[], Any]]] = {
    "bookable_provider_has_a_unit": [provider(units=0)],
    "bookable_provider_accepts_in_order": [provider(accepts_from=TODAY, accepts_until=YESTERDAY)],
    "bookable_service_takes_time": [service(duration=0)],
    "bookable_service_interval": [service(slot_interval=0)],
    "bookable_service_seats": [
        service(capacity=0),
        service(minimum=0),
        service(capacity=2, minimum=3),
    ],
    "bookable_service_horizon": [service(horizon_days=0)],
    "bookable_service_days_in_order": [service(bookable_from=TODAY, bookable_until=YESTERDAY)],
    "bookable_service_has_a_channel": [service(in_person=False, video=False, phone=False)],
    "bookable_service_limits": [
        service(max_per_day=0),
        service(max_per_week=0),
        service(max_per_provider_day=0),
        service(max_per_provider_week=0),
        service(max_per_customer=0),
    ],
    "bookable_service_deposit": [
        service(payment="deposit", price=100),
        service(payment="deposit", price=100, deposit=101),
        service(payment="deposit", price=100, deposit_percent=101),
        service(payment="deposit", price=100, deposit=50, deposit_percent=50),
    ],
    "bookable_service_tax": [service(tax_percent=-1), service(tax_percent=101)],
    "bookable_service_respond_by": [service(respond_by=0)],
    "bookable_duration_takes_time": [of_service(DurationChoice, minutes=0)],
    "bookable_duration_once_a_service": [
        twice(lambda owner, _: DurationChoice.objects.create(service=owner, minutes=30))
    ],
    "bookable_offering_takes_time": [offering(duration=0)],
    "bookable_offering_weight": [offering(weight=0)],
    "bookable_offering_once_a_service": [
        twice(lambda owner, other: Offering.objects.create(service=owner, provider=other))
    ],
    "bookable_need_quantity": [of_service(Need, quantity=0)],
    "bookable_need_has_a_channel": [of_service(Need, in_person=False, video=False, phone=False)],
    "bookable_extra_quantity": [of_service(Extra, name="Tea", slug="tea", max_quantity=0)],
    "bookable_extra_once_a_service": [
        twice(lambda owner, _: Extra.objects.create(service=owner, name="Tea", slug="tea"))
    ],
    "bookable_question_range": [
        of_service(Question, slug="age", label="Age", minimum=2, maximum=1)
    ],
    "bookable_question_once_a_service": [
        twice(lambda owner, _: Question.objects.create(service=owner, slug="age", label="Age"))
    ],
    "bookable_weeklyhours_weekday": [of_provider(WeeklyHours, weekday=7, opens=0, closes=60)],
    "bookable_weeklyhours_in_order": [
        of_provider(WeeklyHours, weekday=0, opens=60, closes=60),
        of_provider(WeeklyHours, weekday=0, opens=1440, closes=1500),
        of_provider(WeeklyHours, weekday=0, opens=0, closes=2881),
    ],
    "bookable_weeklyhours_validity": [
        of_provider(
            WeeklyHours, weekday=0, opens=0, closes=60, valid_from=TODAY, valid_until=YESTERDAY
        )
    ],
    "bookable_datehours_kind": [
        of_provider(DateHours, date=TODAY, kind="closed", opens=0, closes=60),
        of_provider(DateHours, date=TODAY, kind="instead"),
        of_provider(DateHours, date=TODAY, kind="extra", opens=60, closes=60),
        of_provider(DateHours, date=TODAY, kind="other", opens=0, closes=60),
    ],
    "bookable_timeoff_in_order": [of_provider(TimeOff, start=NOON, end=EARLIER)],
    "bookable_busytime_in_order": [of_provider(BusyTime, start=NOON, end=NOON)],
    "bookable_busytime_once_a_source": [
        twice(
            lambda _, other: BusyTime.objects.create(
                provider=other, start=EARLIER, end=NOON, source="ical", external_id="1"
            )
        )
    ],
    "bookable_session_in_order": [session(minutes=-1)],
    "bookable_session_seats": [session(capacity=1, seats_taken=2)],
    "bookable_session_minimum": [session(capacity=1, minimum=2)],
    "bookable_claim_in_order": [claim],
    "bookable_orderline_quantity": [lambda: make_order_line(make_order(), quantity=0)],
    "bookable_payment_amount": [payment(amount=-1, state="pending")],
    "bookable_payment_refunded": [payment(refunded=1001), payment(refunded=-1)],
    "bookable_payment_surcharge": [payment(surcharge=1001), payment(surcharge=-1)],
    "bookable_payment_open": [
        payment(state="captured", open_key="order:1"),
        payment(state="authorized", open_key="order:1"),
        payment(state="expired", open_key="order:1"),
        payment(state="cancelled", open_key="order:1"),
        payment(state="review", open_key="order:1"),
    ],
    "bookable_refund_amount": [lambda: make_refund(amount=0)],
    "bookable_refund_external_once": [refunds_called("re_1", "re_1")],
    "bookable_paymentevent_in_sequence": [lambda: make_payment_event(make_payment(), seq=1)],
    "bookable_savedcard_once_an_order": [cards_called("pm_1", "pm_1")],
    "bookable_savedcard_limit": [lambda: make_saved_card(limit=0)],
    "bookable_webhookevent_once": [messages_called("evt_1", "evt_1")],
    "bookable_booking_seats": [booking(seats=0)],
    "bookable_booking_state": [changed_to(state="lost")],
    "bookable_booking_hold_ends": [changed_to(state="held", expires_at=None)],
    "bookable_booking_guarded_hold": [
        changed_to(is_guarded=True),
        changed_to(state="held", expires_at=NOON, is_guarded=True, freed_at=NOON),
    ],
    "bookable_booking_place": [
        changed_to(freed_at=NOON),
        changed_to(state="requested", freed_at=NOON),
        changed_to(state="cancelled"),
        changed_to(state="declined"),
        changed_to(state="expired"),
    ],
    "bookable_bookingextra_once_a_booking": [booked_extra(1, 1)],
    "bookable_bookingextra_quantity": [booked_extra(0)],
    "bookable_bookingevent_in_sequence": [
        lambda: make_booking_event(booking()(), seq=1),
    ],
    "bookable_idempotencykey_once_a_scope": [
        lambda: [make_idempotency_key(make_order()) for _ in range(2)]
    ],
    "bookable_waiting_in_order": [waiting(latest=EARLIER)],
    "bookable_waiting_seats": [waiting(seats=0)],
    "bookable_waiting_offer": [waiting(state="offered")],
    "bookable_waiting_open": [waiting(state="left"), waiting(state="accepted")],
}


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(write, id=f"{name}-{number}")
        for name, writes in REFUSED.items()
        for number, write in enumerate(writes)
    ],
)
def test_the_database_refuses_what_must_never_be(write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


#: Those of the offline gateway's books, which have a file of tests of their own.
ELSEWHERE = {
    "bookable_offlineentry_amount",
    "bookable_offlineentry_authorized",
    "bookable_offlineentry_captured",
    "bookable_offlinerefund_amount",
}


def test_every_constraint_has_a_case_that_breaks_it() -> None:
    names = {
        constraint.name
        for model in apps.get_app_config("bookable").get_models()
        for constraint in model._meta.constraints
    }
    assert names == set(REFUSED) | ELSEWHERE


@pytest.mark.parametrize(
    "write",
    [
        lambda: [make_payment(state="pending", open_key="order:1") for _ in range(2)],
        lambda: [make_payment(uuid=KEY) for _ in range(2)],
        lambda: [make_refund(uuid=KEY) for _ in range(2)],
        lambda: [make_saved_card(uuid=KEY) for _ in range(2)],
    ],
    ids=["open attempts", "payments", "refunds", "cards"],
)
def test_a_key_is_given_once(write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_payments_that_are_over_do_not_clash() -> None:
    order = make_order()
    for _ in range(2):
        make_payment(order, state="captured")
    assert order.payments.filter(open_key=None).count() == 2


def test_refunds_that_the_gateway_has_not_named_do_not_clash() -> None:
    refunds_called(None, None)()
    assert Refund.objects.filter(external=None).count() == 2


def test_two_gateways_may_give_their_messages_the_same_key() -> None:
    for gateway in ("one", "other"):
        make_webhook_event(gateway=gateway, event_id="evt_1")
    assert WebhookEvent.objects.count() == 2


def test_busy_times_without_an_id_of_their_own_do_not_clash() -> None:
    ann = make_provider()
    for _ in range(2):
        BusyTime.objects.create(provider=ann, start=EARLIER, end=NOON)
    assert ann.busy_times.count() == 2


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL has such constraints"
)
class TestClaimsOnPostgreSQL:
    def test_two_live_claims_on_one_lane_cannot_overlap(self) -> None:
        service, ann = make_service(), make_provider()
        make_session(service, NOON, ann)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            make_session(service, NOON + timedelta(minutes=30), ann)
        assert violates_lane(refused.value)

    def test_claims_that_touch_stand_beside_a_released_one_and_one_on_another_unit(self) -> None:
        service, ann = make_service(), make_provider(units=2)
        make_session(service, NOON, ann).claims.update(released_at=NOON)
        make_session(service, NOON, ann)
        make_session(service, NOON, (ann, 1))
        make_session(service, NOON + timedelta(hours=1), ann)
        assert Claim.objects.count() == 4
