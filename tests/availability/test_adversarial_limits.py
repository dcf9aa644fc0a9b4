"""Notice, horizons and limits with which availability has gone wrong elsewhere."""

from __future__ import annotations

import pytest
from tests.availability.one_provider import MONDAY, moment, one, provider_of, shown
from tests.availability.times import DAY

from bookable.testing import freeze, make_session

pytestmark = pytest.mark.django_db


def test_notice_between_two_starts_leaves_the_later() -> None:  # 35
    service = one("UTC", "09:00-12:00", min_notice=20)
    with freeze(moment(MONDAY, "09:55")):
        found = service.next_slot()
    assert found is not None
    assert found.start == moment(MONDAY, "11:00")


def test_the_horizon_cuts_starts_and_not_what_has_begun() -> None:  # 36
    service = one("UTC", "09:00-12:00", horizon_days=1)
    with freeze(moment(MONDAY - DAY, "10:30")):
        found = service.slots(moment(MONDAY, "00:00"), moment(MONDAY, "24:00"))
    assert [slot.start for slot in found] == [moment(MONDAY, "09:00"), moment(MONDAY, "10:00")]


def test_a_limit_counts_on_the_providers_day_and_not_on_the_customers() -> None:  # 37
    service = one("Asia/Tokyo", max_per_provider_day=1)
    make_session(service, moment(MONDAY, "01:00", "Asia/Tokyo"), provider_of(service))
    assert shown(service, MONDAY) == []
    assert len(shown(service, MONDAY - DAY)) == 24


def test_moving_within_a_full_day_does_not_count_oneself() -> None:  # 37
    service = one("UTC", "09:00-12:00", max_per_day=1)
    session = make_session(service, moment(MONDAY, "10:00"), provider_of(service))
    assert shown(service, MONDAY) == []
    assert shown(service, MONDAY, exclude=session) == ["09:00", "10:00", "11:00"]
