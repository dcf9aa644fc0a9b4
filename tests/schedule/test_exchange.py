from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bookable.catalog.models import Location, Provider
from bookable.errors import InvalidSchedule, OverlappingHours
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.exchange import export_schedule, import_schedule
from bookable.schedule.models import DateHours, TimeOff
from bookable.schedule.overlaps import refuse_weekly_overlaps
from bookable.schedule.ranges import DateRange, HoursRange
from bookable.schedule.set_date_hours import set_date_hours
from bookable.schedule.set_hours import set_hours
from bookable.testing import make_location, make_provider
from bookable.testing.strategies import zones

NINE = datetime(2026, 5, 1, 9, tzinfo=UTC)
notes = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=50)
dates = st.dates(date(2000, 1, 1), date(2100, 1, 1))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda m: (m[0], sum(m)))


def sample() -> dict[str, Any]:
    return {
        "version": 1,
        "zone": "Europe/Zurich",
        "weekly_hours": [
            {"weekday": 0, "opens": "09:00", "closes": "12:00"},
            {"weekday": 6, "opens": "22:00", "closes": "06:00 +1", "location": None},
        ],
        "date_hours": [
            {"date": "2026-12-25", "kind": "closed", "note": "Christmas"},
            {"date": "2026-12-26", "kind": "extra", "opens": "10:00", "closes": "11:00"},
        ],
        "time_off": [{"start": "2026-05-01T09:00:00+02:00", "end": "2026-05-02T09:00:00+02:00"}],
    }


def without_overlap(hours: list[HoursRange]) -> list[HoursRange]:
    kept: list[HoursRange] = []
    for one in hours:
        try:
            refuse_weekly_overlaps([*kept, one])
        except OverlappingHours:
            continue
        kept.append(one)
    return kept


def _last_day(since: date | None, days: timedelta | None) -> date | None:
    return None if days is None else (since or NINE.date()) + days


def weekly(places: SearchStrategy[Location | None]) -> SearchStrategy[list[HoursRange]]:
    one = st.builds(
        lambda day, hours, since, days, place: HoursRange(
            day, hours[0], hours[1], since, _last_day(since, days), place
        ),
        st.integers(0, 6),
        minutes,
        st.none() | dates,
        st.none() | st.timedeltas(timedelta(days=1), timedelta(days=99)),
        places,
    )
    return st.lists(one, max_size=6).map(without_overlap)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_what_goes_out_comes_back_the_same(ann: Provider, data: st.DataObject) -> None:
    places = st.sampled_from([None, Location.objects.first() or make_location()])
    set_hours(ann, data.draw(weekly(places)))
    for day in data.draw(st.lists(dates, unique=True, max_size=3)):
        opens, closes = data.draw(minutes)
        kind = data.draw(st.sampled_from(["instead", "extra", "closed"]))
        hours = [DateRange(opens, closes, data.draw(places))] if kind != "closed" else []
        set_date_hours(ann, day, kind=kind, hours=hours, note=data.draw(notes))
    for start in data.draw(st.lists(moments, max_size=3)):
        length = data.draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=90)))
        add_time_off(ann, start, start + length, note=data.draw(notes))
    Provider.objects.filter(pk=ann.pk).update(zone=data.draw(zones()))
    ann.refresh_from_db()
    sent = json.loads(json.dumps(export_schedule(ann)))
    bob = import_schedule(make_provider("Bob"), sent)
    assert export_schedule(bob) == sent


def test_an_export_says_what_people_can_read(ann: Provider) -> None:
    import_schedule(ann, sample())
    ann.refresh_from_db()
    found = export_schedule(ann)
    assert found["weekly_hours"][1]["closes"] == "06:00 +1"
    assert found["time_off"][0]["start"] == "2026-05-01T07:00:00+00:00"
    assert found["zone"] == "Europe/Zurich"


def test_an_import_takes_the_place_of_all_that_was_there(ann: Provider) -> None:
    import_schedule(ann, sample())
    empty = {"version": 1, "zone": "UTC", "weekly_hours": [], "date_hours": [], "time_off": []}
    import_schedule(ann, empty)
    ann.refresh_from_db()
    assert export_schedule(ann) == empty


def test_what_holds_for_everybody_and_for_others_stays(ann: Provider) -> None:
    add_time_off(None, NINE, NINE + timedelta(hours=1))
    set_date_hours(make_provider("Bob"), NINE.date(), kind="closed")
    import_schedule(ann, sample())
    assert TimeOff.objects.filter(provider=None).count() == 1
    assert DateHours.objects.exclude(provider=ann).count() == 1


def test_a_place_is_found_by_its_slug(ann: Provider) -> None:
    here, data = make_location(), sample()
    data["weekly_hours"][0]["location"] = here.slug
    import_schedule(ann, data)
    assert ann.weekly_hours.get(weekday=0).location == here


def test_an_import_is_told_of_once(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: import_schedule(ann, sample())) == [("import_schedule", ["Ann"])]


MISTAKES: list[tuple[tuple[Any, ...], object, str]] = [
    (("version",), 2, "version: only version 1 can be read"),
    (("version",), None, "version: this is missing"),
    (("zone",), "Mars/Base", "zone: “Mars/Base” is not a known time zone"),
    (("weekly_hours",), {}, "weekly_hours: this is missing or of the wrong kind"),
    (("weekly_hours", 1), "Monday", r"weekly_hours\[1\]: this is not an object"),
    (("weekly_hours", 1, "opens"), "9", r"weekly_hours\[1\].opens: “9” is not a time"),
    (("weekly_hours", 1, "opens"), 540, r"weekly_hours\[1\].opens: this is missing or of the"),
    (("weekly_hours", 1, "weekday"), 7, r"weekly_hours\[1\].weekday: “7” is not a weekday"),
    (("weekly_hours", 1, "weekday"), True, r"weekly_hours\[1\].weekday: this is missing or of"),
    (("weekly_hours", 1, "closes"), "21:00", r"weekly_hours\[1\]: 22:00–21:00 ends before"),
    (("weekly_hours", 1, "valid_from"), "soon", r"weekly_hours\[1\].valid_from: “soon” is not a d"),
    (("weekly_hours", 1, "location"), "moon", r"weekly_hours\[1\].location: there is no location"),
    (("weekly_hours", 0, "opens"), "05:00", "weekly_hours: .* overlap"),
    (("date_hours", 0, "kind"), "open", r"date_hours\[0\].opens: this is missing"),
    (("date_hours", 1, "kind"), "open", r"date_hours\[1\].kind: “open” is not a kind of day"),
    (("date_hours", 0, "date"), "2026-02-30", r"date_hours\[0\].date: “2026-02-30” is not a date"),
    (("date_hours", 0, "note"), "x" * 201, r"date_hours\[0\].note: Please write at most 200"),
    (("time_off", 0, "start"), "now", r"time_off\[0\].start: “now” is not a moment"),
    (("time_off", 0, "start"), "2026-05-01T09:00:00", r"time_off\[0\]: .* has no time zone"),
    (("time_off", 0, "end"), "2026-05-01T09:00:00+02:00", r"time_off\[0\]: The end must come"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), MISTAKES)
def test_a_mistake_is_named_by_its_path_and_changes_nothing(
    ann: Provider, path: tuple[Any, ...], value: object, sentence: str
) -> None:
    import_schedule(ann, sample())
    before, data = export_schedule(ann), sample()
    target: Any = data
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with pytest.raises(InvalidSchedule, match=f"^{sentence}"):
        import_schedule(ann, data)
    assert export_schedule(ann) == before


def test_hours_of_one_date_that_overlap_are_refused(ann: Provider) -> None:
    data = sample()
    data["date_hours"] *= 2
    with pytest.raises(InvalidSchedule, match=r"^date_hours: 10:00–11:00 and 10:00–11:00 overlap"):
        import_schedule(ann, data)


def test_what_is_no_object_at_all_is_refused(ann: Provider) -> None:
    with pytest.raises(InvalidSchedule, match="this is not an object"):
        import_schedule(ann, [])  # type: ignore[arg-type]


def test_moments_may_come_with_any_offset(ann: Provider) -> None:
    data, zone = sample(), timezone(timedelta(hours=-5))
    end = NINE + timedelta(hours=1)
    data["time_off"] = [{"start": NINE.astimezone(zone).isoformat(), "end": end.isoformat()}]
    import_schedule(ann, data)
    assert TimeOff.objects.get().start == NINE
