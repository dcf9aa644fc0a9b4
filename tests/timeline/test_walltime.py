from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable.timeline.walltime import LATEST, format_walltime, parse_walltime


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:00", 0),
        ("09:00", 540),
        ("9:05", 545),
        ("23:59", 1439),
        ("24:00", 1440),
        ("00:00 +1", 1440),
        ("06:00 +1", 1800),
        ("06:00+1", 1800),
        ("06:00 + 1", 1800),
        ("24:00 +1", LATEST),
        ("30:00", 1800),
        ("09:00:00", 540),
        ("  09:00\n", 540),
    ],
)
def test_a_time_is_read_as_minutes_after_midnight(text: str, minutes: int) -> None:
    assert parse_walltime(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", "9", "9:5", "nine", "-1:00", "09:60", "09:00:30", "09:00 -1", "09:00 +", "009:00", "9.30"],
)
def test_what_is_not_a_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time") as refused:
        parse_walltime(text)
    assert f"“{text}”" in str(refused.value)


@pytest.mark.parametrize("text", ["24:01 +1", "00:01 +2", "48:01", "06:00 +2", "09:00 +9"])
def test_a_time_after_the_next_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="24:00 of the next day"):
        parse_walltime(text)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "00:00"),
        (545, "09:05"),
        (1440, "24:00"),
        (1441, "00:01 +1"),
        (1800, "06:00 +1"),
        (LATEST, "24:00 +1"),
    ],
)
def test_minutes_are_written_the_way_people_write_them(minutes: int, text: str) -> None:
    assert format_walltime(minutes) == text


@given(st.integers(0, LATEST))
def test_what_was_written_is_read_back(minutes: int) -> None:
    assert parse_walltime(format_walltime(minutes)) == minutes
