from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable.timeline import clock

NOON = datetime(2024, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def held() -> Iterator[clock.FrozenClock]:
    with clock.frozen(NOON) as frozen:
        yield frozen


def test_now_is_the_present_in_utc() -> None:
    before, now, after = time.time(), clock.now(), time.time()
    assert now.tzinfo is UTC
    assert before - 0.001 <= now.timestamp() <= after + 0.001


def test_the_present_instant_is_a_whole_second() -> None:
    before, instant, after = time.time(), clock.now_instant(), time.time()
    assert isinstance(instant, int)
    assert int(before) <= instant <= after


def test_a_frozen_clock_stands_still(held: clock.FrozenClock) -> None:
    assert clock.now() == clock.now() == NOON
    assert clock.now_instant() == int(NOON.timestamp())


def test_a_frozen_clock_moves_by_the_step_it_is_told(held: clock.FrozenClock) -> None:
    held.tick(timedelta(minutes=90))
    held.tick(timedelta(minutes=-30))
    assert clock.now() == NOON + timedelta(hours=1)


def test_a_frozen_clock_can_be_moved_to_a_moment(held: clock.FrozenClock) -> None:
    later = datetime(2030, 1, 1, tzinfo=UTC)
    held.move_to(later)
    assert clock.now() == later


def test_a_clock_may_be_frozen_in_any_zone() -> None:
    with clock.frozen(NOON.astimezone(ZoneInfo("Asia/Kathmandu"))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_clock_is_not_frozen_at_a_moment_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2024, 1, 1)):  # noqa: DTZ001
        pass
    assert clock.now().year > 2024


def test_the_clock_runs_again_afterwards() -> None:
    with clock.frozen(NOON):
        pass
    assert abs(clock.now().timestamp() - time.time()) < 60


def test_the_clock_runs_again_after_an_error() -> None:
    with pytest.raises(RuntimeError), clock.frozen(NOON):
        raise RuntimeError
    assert abs(clock.now().timestamp() - time.time()) < 60


def test_the_inner_of_two_frozen_clocks_gives_way_to_the_outer(held: clock.FrozenClock) -> None:
    with clock.frozen(NOON + timedelta(days=1)):
        assert clock.now() == NOON + timedelta(days=1)
    assert clock.now() == NOON


def test_every_thread_sees_the_frozen_clock(held: clock.FrozenClock) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(clock.now).result() == NOON


def test_microseconds_are_kept_by_the_moment_and_dropped_by_the_instant() -> None:
    with clock.frozen(NOON.replace(microsecond=999_999)):
        assert clock.now().microsecond == 999_999
        assert clock.now_instant() == int(NOON.timestamp())


def test_an_instant_before_1970_is_rounded_down_too() -> None:
    with clock.frozen(datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)):
        assert clock.now_instant() == -1
