"""What must never be in the tables is refused by the database, whoever writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from bookable.models import (
    BusyTime,
    Claim,
    DateHours,
    DurationChoice,
    Extra,
    Need,
    Offering,
    Provider,
    Question,
    Service,
    Session,
    TimeOff,
    WeeklyHours,
)
from bookable.testing import make_provider, make_service, make_session

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLIER = NOON - timedelta(minutes=1)
TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)


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


def offering(**fields: Any) -> Callable[[], Offering]:
    return lambda: Offering.objects.create(
        service=make_service(), provider=make_provider(), **fields
    )


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


def test_every_constraint_has_a_case_that_breaks_it() -> None:
    names = {
        constraint.name
        for model in apps.get_app_config("bookable").get_models()
        for constraint in model._meta.constraints
    }
    assert names == set(REFUSED)


def test_busy_times_without_an_id_of_their_own_do_not_clash() -> None:
    ann = make_provider()
    for _ in range(2):
        BusyTime.objects.create(provider=ann, start=EARLIER, end=NOON)
    assert ann.busy_times.count() == 2
