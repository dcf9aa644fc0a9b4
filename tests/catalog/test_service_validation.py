"""What a service may not be is said in a sentence before the database has to refuse it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bookable.errors import DurationNotOffered
from bookable.models import Service
from bookable.testing import freeze, make_provider, make_service

pytestmark = pytest.mark.django_db


def refusal(**fields: Any) -> str:
    service = Service(**{"name": "Cut", "slug": "cut", "zone": "Europe/London", **fields})
    with freeze("2026-03-02 09:00"), pytest.raises(ValidationError) as error:
        service.full_clean()
    return " ".join(error.value.messages)


def test_a_duration_of_nothing_is_refused() -> None:
    assert "A service must last at least a minute." in refusal(duration=0)


def test_a_last_day_that_has_passed_is_refused_for_a_new_service() -> None:
    assert "The last day has already passed." in refusal(bookable_until=date(2026, 3, 1))


def test_a_service_whose_last_day_passes_can_still_be_edited() -> None:
    with freeze("2026-03-02 09:00"):
        make_service(bookable_until=date(2026, 3, 1)).full_clean()


def test_a_notice_longer_than_the_horizon_is_refused() -> None:
    assert "nothing within the horizon is left" in refusal(horizon_days=2, min_notice=2 * 24 * 60)


def test_an_unknown_zone_is_refused() -> None:
    sentence = refusal(zone="Mars/Olympus", bookable_until=date(2026, 3, 1))
    assert sentence == "“Mars/Olympus” is not a known time zone."


def test_a_deposit_that_is_not_said_is_refused() -> None:
    assert "Give the deposit" in refusal(payment="deposit", price=5000)


def test_a_length_of_nothing_can_not_be_asked_for() -> None:
    service = make_service()
    make_provider(offers=service)
    with pytest.raises(DurationNotOffered, match="0 minutes are not offered"):
        service.slots(date(2026, 3, 2), date(2026, 3, 3), duration=0)
