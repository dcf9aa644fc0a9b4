"""Notes and names of calendars that are longer than their columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bookable.errors import TextTooLong
from bookable.models import BusyTime, DateHours, Provider, TimeOff
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.ranges import BusyPeriod
from bookable.schedule.replace_busy_times import replace_busy_times
from bookable.schedule.set_date_hours import set_date_hours
from bookable.testing import make_provider

pytestmark = pytest.mark.django_db

START = datetime(2030, 3, 4, 10, tzinfo=UTC)
TIMES = (START, START + timedelta(hours=1))


def replace_one(ann: Provider, source: str, name: str | None) -> object:
    start, end = TIMES
    period = BusyPeriod(start, end, name)
    return replace_busy_times(ann, [period], source=source, start=start, end=end)


#: Each with the longest text that is kept of it.
VERBS: dict[str, tuple[Callable[[Provider, str], object], int]] = {
    "note of time off": (lambda ann, text: add_time_off(ann, *TIMES, note=text), 200),
    "note of a date": (
        lambda ann, text: set_date_hours(ann, date(2030, 3, 4), kind="closed", note=text),
        200,
    ),
    "source": (lambda ann, text: add_busy_time(ann, *TIMES, source=text), 100),
    "id": (lambda ann, text: add_busy_time(ann, *TIMES, external_id=text), 255),
    "source of all": (lambda ann, text: replace_one(ann, text, "one"), 100),
    "id of one of all": (lambda ann, text: replace_one(ann, "calendar", text), 255),
}


@pytest.mark.parametrize("name", VERBS)
def test_what_fits_is_kept_and_what_is_longer_is_refused(name: str) -> None:
    verb, most = VERBS[name]
    ann = make_provider("Ann")
    with pytest.raises(TextTooLong, match=f"at most {most} characters"):
        verb(ann, "x" * (most + 1))
    assert _rows() == 0
    verb(ann, "x" * most)
    assert _rows() == 1


def _rows() -> int:
    return sum(model.objects.count() for model in (BusyTime, DateHours, TimeOff))
