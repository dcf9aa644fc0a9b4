"""Hypothesis strategies for time zones and the moments at which their clocks change.

Needs the package `hypothesis`, which is why `bookable.testing` does not import it for you.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from bookable.timeline.zones import segments, to_datetime

#: Zones that have surprised people: half hours, forty-five minutes, skipped dates, two changes a
#: year that are a month apart, a summer time of thirty minutes or of two hours.
ODD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)


def zones() -> st.SearchStrategy[str]:
    """Names of zones, the odd ones included."""
    return st.sampled_from(ODD_ZONES)


def clock_changes(zone: str, first_year: int = 2000, last_year: int = 2037) -> list[datetime]:
    """Every moment at which a zone's offset changed or will change."""
    low = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    high = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp())
    return [to_datetime(later.start) for _before, later in pairwise(segments(zone, low, high))]


@st.composite
def moments_around_changes(
    draw: st.DrawFn, zone: str, within: timedelta = timedelta(days=2)
) -> datetime:
    """Moments close to a change of the zone's clock; any moment where it never changes."""
    changes = clock_changes(zone) or [datetime(2026, 6, 15, 12, tzinfo=UTC)]
    minutes = int(within.total_seconds() // 60)
    offset = draw(st.integers(min_value=-minutes, max_value=minutes))
    return draw(st.sampled_from(changes)) + timedelta(minutes=offset)
