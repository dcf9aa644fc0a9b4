from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from bookable.testing import freeze, make_provider, make_service, make_session, make_time_off
from bookable.testing.strategies import clock_changes, moments_around_changes, zones
from bookable.timeline import clock
from bookable.timeline.zones import zone_info

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_frozen_clock_stands_still() -> None:
    with freeze(MORNING):
        assert clock.now() == clock.now() == MORNING


def test_a_text_without_an_offset_is_frozen_in_utc() -> None:
    with freeze("2026-03-02 09:00"):
        assert clock.now() == MORNING


def test_a_frozen_clock_moves_when_it_is_told_to() -> None:
    with freeze(MORNING) as hands:
        hands.tick(timedelta(minutes=5))
        assert clock.now() == MORNING + timedelta(minutes=5)


def test_the_clock_runs_again_afterwards() -> None:
    with freeze(MORNING):
        pass
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_frozen_clock_needs_to_know_which_moment_is_meant() -> None:
    with pytest.raises(ValueError, match="aware"):
        freeze(datetime(2026, 3, 2, 9)).__enter__()  # noqa: DTZ001


@pytest.mark.django_db
def test_a_made_service_with_a_made_provider_is_free_at_once() -> None:
    service = make_service()
    make_provider(offers=service)
    with freeze(MORNING):
        assert service.slots(MORNING, MORNING + timedelta(hours=1))


@pytest.mark.django_db
def test_a_made_session_takes_its_lane_with_its_buffers() -> None:
    service = make_service(buffer_after=30, slot_interval=30)
    ann = make_provider(offers=service)
    make_session(service, MORNING, ann)
    with freeze(MORNING):
        assert service.slots(MORNING, MORNING + timedelta(hours=1, minutes=30)) == []


@pytest.mark.django_db
def test_made_time_off_closes() -> None:
    service = make_service()
    ann = make_provider(offers=service)
    make_time_off(ann, MORNING, MORNING + timedelta(hours=4))
    with freeze(MORNING):
        assert service.slots(MORNING, MORNING + timedelta(hours=4)) == []


@given(zones())
def test_every_zone_of_the_strategy_exists(zone: str) -> None:
    assert zone_info(zone).key == zone


def test_the_changes_of_a_clock_are_known_to_the_second() -> None:
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) in clock_changes("Europe/London")


@given(moments_around_changes("Australia/Lord_Howe"))
def test_moments_lie_close_to_a_change(moment: datetime) -> None:
    nearest = min(abs(moment - change) for change in clock_changes("Australia/Lord_Howe"))
    assert nearest <= timedelta(days=2)
