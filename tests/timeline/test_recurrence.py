from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.timeline.walking import DAY, HOUR, ZONES, changes, instants_showing, offset, reading

from bookable.timeline.recurrence import (
    BadRule,
    TooManyOccurrences,
    UnboundedRule,
    monthly,
    occurrences,
    weekly,
)
from bookable.timeline.zones import NoSuchZone

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
LORD_HOWE, APIA = "Australia/Lord_Howe", "Pacific/Apia"
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)

every_change = [(zone, change) for zone in ZONES for change in changes(zone)]
plain_rules = st.sampled_from(
    ["FREQ=DAILY;COUNT=40", "FREQ=WEEKLY;COUNT=12", "FREQ=MONTHLY;COUNT=14", "FREQ=YEARLY;COUNT=5"]
)


def starts(rule: str, *start: int, zone: str = BERLIN) -> list[str]:
    """The occurrences as somebody in the zone writes them down."""
    info = ZoneInfo(zone)
    first = datetime(*start, tzinfo=info)  # type: ignore[misc,arg-type]
    found = occurrences(rule, first, zone)
    return [each.astimezone(info).strftime("%Y-%m-%d %H:%M") for each in found]


def days(rule: str, *start: int) -> list[str]:
    """The dates alone, of starts at noon."""
    return [each[:10] for each in starts(rule, *start, 12)]


def refusal(rule: str, error: type[ValueError] = BadRule, **keywords: Any) -> str:
    with pytest.raises(error) as refused:
        occurrences(rule, MONDAY, "UTC", **keywords)
    return str(refused.value)


def test_the_first_occurrence_is_the_start_and_is_counted() -> None:
    found = occurrences("FREQ=WEEKLY;COUNT=3", MONDAY, "UTC")
    assert found == [MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)]


def test_a_start_that_the_rule_would_not_choose_comes_first_all_the_same() -> None:
    found = days("FREQ=WEEKLY;BYDAY=MO;COUNT=3", 2026, 3, 4)
    assert found == ["2026-03-04", "2026-03-09", "2026-03-16"]


def test_occurrences_are_told_in_utc() -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo(BERLIN))
    assert {each.tzinfo for each in occurrences("FREQ=DAILY;COUNT=2", start, BERLIN)} == {UTC}


def test_a_weekday_is_that_of_the_zone_and_not_of_utc() -> None:
    found = starts("FREQ=WEEKLY;BYDAY=TU;COUNT=2", 2026, 3, 3, 9, zone="Pacific/Auckland")
    assert found == ["2026-03-03 09:00", "2026-03-10 09:00"]


@pytest.mark.parametrize(
    ("zone", "start", "second"),
    [
        (BERLIN, (2026, 3, 25, 9), "2026-04-01 09:00"),
        (BERLIN, (2026, 10, 21, 9), "2026-10-28 09:00"),
        (NEW_YORK, (2026, 3, 4, 18), "2026-03-11 18:00"),
        (LORD_HOWE, (2026, 4, 1, 8, 30), "2026-04-08 08:30"),
    ],
)
def test_the_time_on_the_wall_stays_when_the_clocks_change(
    zone: str, start: tuple[int, ...], second: str
) -> None:
    assert starts("FREQ=WEEKLY;COUNT=2", *start, zone=zone)[1] == second


@pytest.mark.parametrize(
    ("zone", "start", "moved"),
    [
        (BERLIN, (2026, 3, 28, 2, 30), "2026-03-29 03:30"),
        (NEW_YORK, (2026, 3, 7, 2, 15), "2026-03-08 03:15"),
        (LORD_HOWE, (2026, 10, 3, 2, 10), "2026-10-04 02:40"),
    ],
)
def test_a_time_that_the_clock_skips_is_moved_by_as_much_as_was_skipped(
    zone: str, start: tuple[int, ...], moved: str
) -> None:
    found = starts("FREQ=DAILY;COUNT=3", *start, zone=zone)
    assert found[1] == moved
    assert found[2][11:] == found[0][11:]


def test_a_time_that_comes_twice_means_the_first() -> None:
    start = datetime(2026, 10, 24, 2, 30, tzinfo=ZoneInfo(BERLIN))
    _first, second = occurrences("FREQ=DAILY;COUNT=2", start, BERLIN)
    assert second == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_start_at_the_second_of_two_such_times_is_kept() -> None:
    start = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    found = occurrences("FREQ=DAILY;COUNT=2", start, BERLIN)
    assert found == [start, datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_a_day_that_a_zone_skipped_is_not_counted() -> None:
    found = starts("FREQ=DAILY;COUNT=3", 2011, 12, 29, 10, zone=APIA)
    assert found == ["2011-12-29 10:00", "2011-12-31 10:00", "2012-01-01 10:00"]


def test_a_weekly_day_that_a_zone_skipped_is_moved_by_a_day() -> None:
    found = starts("FREQ=WEEKLY;COUNT=3", 2011, 12, 23, 10, zone=APIA)
    assert found == ["2011-12-23 10:00", "2011-12-31 10:00", "2012-01-06 10:00"]


def test_the_31st_is_the_last_day_of_shorter_months() -> None:
    found = days(monthly(count=5), 2026, 12, 31)
    assert found == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]


@pytest.mark.parametrize("day", [29, 30, 31])
def test_february_of_a_leap_year_has_one_day_more(day: int) -> None:
    assert days(monthly(count=2), 2028, 1, day)[1] == "2028-02-29"
    assert days(monthly(count=2), 2027, 1, day)[1] == "2027-02-28"


def test_the_30th_comes_back_after_february() -> None:
    assert days(monthly(count=3), 2027, 1, 30)[2] == "2027-03-30"


def test_the_28th_is_the_28th_in_every_month() -> None:
    found = days(monthly(count=24), 2027, 1, 28)
    assert {each[8:] for each in found} == {"28"}


def test_every_other_month_keeps_the_last_day_too() -> None:
    found = days("FREQ=MONTHLY;INTERVAL=2;COUNT=3", 2026, 12, 31)
    assert found == ["2026-12-31", "2027-02-28", "2027-04-30"]


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    found = days("FREQ=YEARLY;COUNT=5", 2028, 2, 29)
    assert [each[5:] for each in found] == ["02-29", "02-28", "02-28", "02-28", "02-29"]


def test_other_days_of_a_year_stay_in_their_month() -> None:
    assert days("FREQ=YEARLY;COUNT=2", 2027, 3, 31) == ["2027-03-31", "2028-03-31"]


def test_a_month_without_a_day_that_the_rule_names_is_left_out() -> None:
    found = days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", 2026, 12, 31)
    assert found == ["2026-12-31", "2027-01-31", "2027-03-31"]


def test_the_second_monday_of_a_month_can_be_meant() -> None:
    found = days("FREQ=MONTHLY;BYDAY=2MO;COUNT=3", 2026, 3, 9)
    assert found == ["2026-03-09", "2026-04-13", "2026-05-11"]


def test_the_last_working_day_of_a_month_can_be_meant() -> None:
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"
    assert days(rule, 2026, 3, 31) == ["2026-03-31", "2026-04-30", "2026-05-29"]


def test_a_rule_may_be_written_small_and_with_its_name() -> None:
    assert days("RRULE:freq=daily;count=2", 2026, 3, 2) == ["2026-03-02", "2026-03-03"]


def test_a_last_date_belongs_to_the_rule_until_midnight_of_the_zone() -> None:
    found = starts("FREQ=DAILY;UNTIL=20260303", 2026, 3, 2, 20, zone=NEW_YORK)
    assert found == ["2026-03-02 20:00", "2026-03-03 20:00"]
    assert len(starts("FREQ=DAILY;UNTIL=20260303", 2026, 3, 2, 0, 1)) == 2


def test_a_last_moment_belongs_to_the_rule() -> None:
    until = "FREQ=DAILY;UNTIL=20260303T{}Z"
    assert len(starts(until.format("090000"), 2026, 3, 2, 10)) == 2
    assert len(starts(until.format("085959"), 2026, 3, 2, 10)) == 1


def test_what_is_moved_past_the_last_date_is_left_out() -> None:
    rule = "FREQ=WEEKLY;UNTIL=20111230"
    assert starts(rule, 2011, 12, 23, 10, zone=APIA) == ["2011-12-23 10:00"]


def test_a_rule_that_ends_on_the_day_of_the_start_is_followed() -> None:
    assert occurrences("FREQ=DAILY;UNTIL=20260302", MONDAY, "UTC") == [MONDAY]


def test_a_rule_that_ends_before_its_start_is_refused() -> None:
    assert "before its start" in refusal("FREQ=DAILY;UNTIL=20260301")


def test_a_rule_without_an_end_is_refused() -> None:
    assert "COUNT or UNTIL" in refusal("FREQ=WEEKLY", UnboundedRule)


def test_a_rule_with_two_ends_is_refused() -> None:
    assert "either" in refusal("FREQ=WEEKLY;COUNT=2;UNTIL=20260401")


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=11", "FREQ=DAILY;UNTIL=20260312"])
def test_more_occurrences_than_the_limit_are_refused(rule: str) -> None:
    assert "at most 10" in refusal(rule, TooManyOccurrences, limit=10)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=10", "FREQ=DAILY;UNTIL=20260311"])
def test_as_many_occurrences_as_the_limit_are_given(rule: str) -> None:
    assert len(occurrences(rule, MONDAY, "UTC", limit=10)) == 10


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;COUNT=200", "FREQ=YEARLY;UNTIL=22000101"])
def test_what_nobody_will_live_to_see_is_refused(rule: str) -> None:
    assert "100 years" in refusal(rule)


@pytest.mark.parametrize("frequency", ["HOURLY", "MINUTELY", "SECONDLY"])
def test_a_repetition_within_a_day_is_refused(frequency: str) -> None:
    assert frequency in refusal(f"FREQ={frequency};COUNT=2")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every week",
        "COUNT=3",
        "FREQ=WEEKLY;COUNT=3;",
        "FREQ=WEEKLY;COUNT=3;COUNT=4",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=-1",
        "FREQ=WEEKLY;COUNT=٣",
        "FREQ=WEEKLY;COUNT=3;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=3;BYHOUR=9",
        "FREQ=WEEKLY;COUNT=3;BYDAY=XX",
        "FREQ=WEEKLY;COUNT=3;BYDAY=2MO",
        "FREQ=YEARLY;COUNT=3;BYDAY=2MO;BYWEEKNO=4",
        "FREQ=WEEKLY;COUNT=3;BYMONTHDAY=4",
        "FREQ=MONTHLY;COUNT=3;BYWEEKNO=4",
        "FREQ=MONTHLY;COUNT=3;BYYEARDAY=4",
        "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32",
        "FREQ=MONTHLY;COUNT=3;BYMONTH=13",
        "FREQ=MONTHLY;COUNT=3;BYSETPOS=1",
        "FREQ=MONTHLY;COUNT=3;BYDAY=MO;BYSETPOS=999",
        "FREQ=MONTHLY;COUNT=3;BYEASTER=0",
        "FREQ=DAILY;UNTIL=20260231",
        "FREQ=DAILY;UNTIL=20260304T100000",
        "FREQ=DAILY;UNTIL=tomorrow",
        "DTSTART:20260302T100000Z\nRRULE:FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;COUNT=3\nEXDATE:20260303T100000Z",
        "FREQ=DAILY;COUNT=3;BYMONTH=" + ",".join(["1"] * 300),
    ],
)
def test_what_can_not_be_read_is_refused(rule: str) -> None:
    refusal(rule)


def test_a_date_that_never_comes_is_looked_for_in_vain_but_not_for_long() -> None:
    begun = process_time()
    refusal("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2")
    assert process_time() - begun < 1.5


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        occurrences("FREQ=DAILY;COUNT=2", datetime(2026, 3, 2), "UTC")  # noqa: DTZ001


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(NoSuchZone):
        occurrences("FREQ=DAILY;COUNT=2", MONDAY, "Europe/Atlantis")


def test_a_weekly_rule_is_written() -> None:
    assert weekly(count=10) == "FREQ=WEEKLY;COUNT=10"
    assert weekly(2, until=date(2026, 5, 1)) == "FREQ=WEEKLY;INTERVAL=2;UNTIL=20260501"


def test_a_monthly_rule_is_written() -> None:
    assert monthly(count=6) == "FREQ=MONTHLY;COUNT=6"


def test_a_last_moment_is_written_in_utc() -> None:
    until = datetime(2026, 5, 1, 10, tzinfo=ZoneInfo(BERLIN))
    assert monthly(until=until) == "FREQ=MONTHLY;UNTIL=20260501T080000Z"


def test_a_rule_that_would_be_refused_is_not_written() -> None:
    with pytest.raises(UnboundedRule):
        weekly()
    for wrong in ({"every": 0, "count": 2}, {"count": 0}, {"count": 2, "until": MONDAY}):
        with pytest.raises(BadRule):
            weekly(**wrong)
    with pytest.raises(BadRule, match="no time zone"):
        weekly(until=datetime(2026, 5, 1))  # noqa: DTZ001


@given(st.sampled_from(every_change), st.integers(-40 * DAY, 2 * HOUR), plain_rules)
def test_every_occurrence_shows_the_time_of_the_start_unless_the_clock_skipped_it(
    change: tuple[str, int], before: int, rule: str
) -> None:
    zone, start = change[0], change[1] + before
    found = occurrences(rule, datetime.fromtimestamp(start, UTC), zone)
    instants = [int(each.timestamp()) for each in found]
    assert instants[0] == start
    assert all(one < other for one, other in pairwise(instants))
    for instant in instants[1:]:
        assert is_as_wanted(zone, instant, reading(zone, start) % DAY)


def is_as_wanted(zone: str, instant: int, time: int) -> bool:
    """Whether it is the first showing of that time, or that much later than a skipped one."""
    shows = reading(zone, instant)
    if shows % DAY == time and instants_showing(zone, shows)[0] == instant:
        return True
    last = max(change for change in changes(zone) if change <= instant)
    wanted = instant + offset(zone, last - 1)
    return wanted % DAY == time and instants_showing(zone, wanted) == []


numbers = st.integers(-5, 5).filter(bool)
weekdays = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


def listed(items: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=3).map(lambda some: ",".join(map(str, some)))


parts = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "INTERVAL": st.integers(1, 7),
        "WKST": weekdays,
        "BYMONTH": listed(st.integers(1, 12)),
        "BYMONTHDAY": listed(st.integers(-31, 31).filter(bool)),
        "BYYEARDAY": listed(st.integers(-366, 366).filter(bool)),
        "BYWEEKNO": listed(st.integers(-53, 53).filter(bool)),
        "BYDAY": listed(weekdays | st.builds("{}{}".format, numbers, weekdays)),
        "BYSETPOS": listed(numbers),
    },
)


@given(parts, st.integers(1, 12), st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001
def test_any_other_rule_gives_what_the_rfc_says(
    given_parts: dict[str, Any], count: int, moment: datetime
) -> None:
    start = moment.replace(second=0, microsecond=0)
    endless = ";".join(f"{name}={value}" for name, value in given_parts.items())
    try:
        found = occurrences(f"{endless};COUNT={count}", start.replace(tzinfo=UTC), "UTC")
    except BadRule:
        assume(False)
    if start.day <= 28 or any(name.startswith("BY") for name in given_parts):
        by_the_book = (each for each in rrulestr(endless, dtstart=start) if each > start)
        later = [each.replace(tzinfo=UTC) for each in islice(by_the_book, count - 1)]
        assert found == [start.replace(tzinfo=UTC), *later]


@given(st.text() | st.from_regex("FREQ=(DAILY|YEARLY);COUNT=2;BY[A-Z]{3,8}=[-+0-9A-Z,]{1,9}"))
def test_whatever_is_written_is_followed_or_refused(rule: str) -> None:
    with suppress(BadRule):
        assert occurrences(rule, MONDAY, "UTC")[0] == MONDAY
