"""The hours that are saved on a provider's page are what the verbs wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.admin.pages import add_url, change_url, errors_on, filled_in, rows, save

from bookable.models import DateHours, Provider, TimeOff
from bookable.schedule.set_hours import set_hours
from bookable.testing import make_location, make_provider, set_weekly_hours

pytestmark = pytest.mark.django_db

Told = Callable[[Callable[[], object]], list[str]]
NEXT_YEAR = timezone.now().year + 1


def hours_of(provider: Provider) -> list[tuple[int, int, int]]:
    return list(provider.weekly_hours.values_list("weekday", "opens", "closes"))


def hours(weekday: int, opens: str, closes: str, **others: Any) -> dict[str, Any]:
    return {"weekday": weekday, "opens": opens, "closes": closes, **others}


def test_hours_are_saved_as_they_were_written(admin_client: Client) -> None:
    provider = make_provider(hours=[])
    table = rows("weekly_hours", hours(0, "09:00", "24:00"), hours(4, "22:00", "06:00 +1"))
    save(admin_client, change_url(provider), **table)
    assert hours_of(provider) == [(0, 540, 1440), (4, 1320, 1800)]


def test_the_site_is_told_once(admin_client: Client, changes_told: Told) -> None:
    provider = make_provider(hours=[])
    table = rows("weekly_hours", hours(0, "09:00", "12:00"), hours(1, "09:00", "12:00"))
    told = changes_told(lambda: save(admin_client, change_url(provider), **table))
    assert told == ["set_hours"]


def test_nothing_is_told_when_nothing_was_changed(admin_client: Client, changes_told: Told) -> None:
    provider = make_provider(location=make_location())
    assert changes_told(lambda: save(admin_client, change_url(provider))) == []


def test_saving_without_a_change_keeps_the_rows(admin_client: Client) -> None:
    provider = make_provider()
    before = list(provider.weekly_hours.values())
    assert save(admin_client, change_url(provider)).status_code == 302
    assert list(provider.weekly_hours.values()) == before


def test_one_row_can_be_changed_and_another_deleted(admin_client: Client) -> None:
    provider = make_provider(weekdays=[0, 1])
    table = {"weekly_hours-0-closes": "18:30", "weekly_hours-1-DELETE": "on"}
    save(admin_client, change_url(provider), **table)
    assert hours_of(provider) == [(0, 540, 1110)]


def test_a_place_and_dates_of_validity_stay_with_the_other_rows(admin_client: Client) -> None:
    provider, place = make_provider(hours=[]), make_location()
    set_weekly_hours(
        provider, "09:00-12:00", weekdays=[0], location=place, valid_from=date(2030, 1, 1)
    )
    table = rows("weekly_hours", hours(1, "09:00", "12:00"), existing=1)
    save(admin_client, change_url(provider), **table)
    monday = provider.weekly_hours.get(weekday=0)
    assert (monday.location, monday.valid_from) == (place, date(2030, 1, 1))


def test_hours_are_saved_with_a_new_provider(admin_client: Client) -> None:
    table = {"weekly_hours-0-opens": "09:00", "weekly_hours-0-closes": "17:00"}
    save(admin_client, add_url(Provider), name="Ann", slug="ann", **table)
    assert hours_of(Provider.objects.get(slug="ann")) == [(0, 540, 1020)]


def test_a_new_provider_has_a_row_for_each_weekday_to_fill_in(admin_client: Client) -> None:
    data = filled_in(admin_client, add_url(Provider))
    assert [data[f"weekly_hours-{day}-weekday"] for day in range(7)] == list("0123456")


def test_overlapping_hours_are_refused_with_both_named(admin_client: Client) -> None:
    provider = make_provider(hours=[])
    table = rows("weekly_hours", hours(0, "09:00", "12:00"), hours(0, "11:00", "15:00"))
    answer = save(admin_client, change_url(provider), **table)
    assert "Monday 09:00–12:00 and Monday 11:00–15:00 overlap." in errors_on(answer)


def test_nothing_at_all_is_saved_when_hours_overlap(
    admin_client: Client, changes_told: Told
) -> None:
    provider = make_provider("Ann", hours=[])
    table = rows("weekly_hours", hours(0, "09:00", "12:00"), hours(0, "11:00", "15:00"))
    told = changes_told(lambda: save(admin_client, change_url(provider), name="Eve", **table))
    provider.refresh_from_db()
    assert (provider.name, hours_of(provider), told) == ("Ann", [], [])


def test_hours_that_end_before_they_start_are_explained(admin_client: Client) -> None:
    table = rows("weekly_hours", hours(0, "22:00", "06:00"))
    answer = save(admin_client, change_url(make_provider(hours=[])), **table)
    assert "write 06:00 +1 for the next morning" in errors_on(answer)


def test_hours_that_somebody_else_has_changed_are_not_overwritten(admin_client: Client) -> None:
    provider = make_provider(weekdays=[0])
    page = filled_in(admin_client, change_url(provider))
    set_weekly_hours(provider, "09:00-17:00", weekdays=[5])
    answer = admin_client.post(change_url(provider), {**page, "weekly_hours-0-closes": "12:00"})
    assert "Somebody has changed this meanwhile." in errors_on(answer)
    assert provider.weekly_hours.count() == 2


def test_hours_that_were_replaced_meanwhile_are_not_overwritten(admin_client: Client) -> None:
    provider = make_provider(weekdays=[0])
    page = filled_in(admin_client, change_url(provider))
    set_hours(provider, [])
    answer = admin_client.post(change_url(provider), page)
    assert "Somebody has changed this meanwhile." in errors_on(answer)


def test_one_who_may_only_add_hours_leaves_the_others_as_they_are(
    client_who_may: Callable[..., Client],
) -> None:
    provider, place = make_provider(hours=[]), make_location()
    set_weekly_hours(provider, "09:00-12:00", weekdays=[0], location=place)
    client = client_who_may("change_provider", "view_weeklyhours", "add_weeklyhours")
    table = {
        **rows("weekly_hours", hours(1, "09:00", "12:00"), existing=1),
        "weekly_hours-0-id": provider.weekly_hours.get().pk,
        "weekly_hours-0-provider": provider.pk,
    }
    save(client, change_url(provider), **table)
    assert list(provider.weekly_hours.values_list("weekday", "location")) == [
        (0, place.pk),
        (1, None),
    ]


class TestDates:
    def day(self, kind: str, *times: str, day: date = date(NEXT_YEAR, 3, 1)) -> dict[str, Any]:
        opens, closes = times or ("", "")
        return {"date": day, "kind": kind, "opens": opens, "closes": closes}

    def test_hours_on_a_date_are_saved(self, admin_client: Client, changes_told: Told) -> None:
        provider = make_provider()
        table = rows(
            "date_hours",
            self.day("instead", "09:00", "11:00"),
            self.day("instead", "12:00", "14:00"),
        )
        told = changes_told(lambda: save(admin_client, change_url(provider), **table))
        assert list(provider.date_hours.values_list("opens", "closes")) == [(540, 660), (720, 840)]
        assert told == ["set_date_hours"]

    def test_overlaps_are_refused(self, admin_client: Client) -> None:
        provider = make_provider()
        day = self.day("extra", "09:00", "11:00")
        answer = save(admin_client, change_url(provider), **rows("date_hours", day, day))
        assert "09:00–11:00 and 09:00–11:00 overlap." in errors_on(answer)

    def test_a_date_is_not_closed_and_open_at_once(self, admin_client: Client) -> None:
        table = rows("date_hours", self.day("closed"), self.day("instead", "12:00", "14:00"))
        answer = save(admin_client, change_url(make_provider()), **table)
        assert "A date is closed or has other hours, but not both." in errors_on(answer)

    def test_a_row_that_moves_to_another_date_is_gone_from_the_first(
        self, admin_client: Client
    ) -> None:
        provider = make_provider()
        DateHours.objects.create(provider=provider, date=date(NEXT_YEAR, 3, 1))
        save(admin_client, change_url(provider), **{"date_hours-0-date": f"{NEXT_YEAR}-03-02"})
        assert [row.date for row in provider.date_hours.all()] == [date(NEXT_YEAR, 3, 2)]

    def test_extra_hours_stay_when_the_closed_day_is_taken_back(self, admin_client: Client) -> None:
        provider, day = make_provider(), date(NEXT_YEAR, 3, 1)
        closed = DateHours.objects.create(provider=provider, date=day)
        DateHours.objects.create(provider=provider, date=day, kind="extra", opens=540, closes=600)
        admin_client.post(change_url(closed).replace("change", "delete"), {"post": "yes"})
        assert [row.kind for row in provider.date_hours.all()] == ["extra"]

    def test_a_day_is_closed_for_everybody(self, admin_client: Client) -> None:
        save(admin_client, add_url(DateHours), **self.day("closed"), note="Outing")
        row = DateHours.objects.get()
        assert (row.provider, row.note) == (None, "Outing")

    def test_a_second_range_on_its_own_page_is_added_to_the_first(
        self, admin_client: Client
    ) -> None:
        provider = make_provider()
        for times in (("09:00", "11:00"), ("12:00", "14:00")):
            day = self.day("instead", *times)
            save(admin_client, add_url(DateHours), provider=provider.pk, **day)
        assert provider.date_hours.count() == 2

    def test_a_row_that_was_changed_on_its_own_page_can_be_opened_again(
        self, admin_client: Client
    ) -> None:
        row = DateHours.objects.create(provider=make_provider(), date=date(NEXT_YEAR, 3, 1))
        changes = {"date": f"{NEXT_YEAR}-04-01", "_continue": "1", "_save": None}
        answer = save(admin_client, change_url(row), **changes)
        assert admin_client.get(answer.headers["Location"]).status_code == 200
        assert [one.date for one in DateHours.objects.all()] == [date(NEXT_YEAR, 4, 1)]


class TestTimeOff:
    def test_it_is_read_on_the_providers_own_clock(
        self, admin_client: Client, changes_told: Told
    ) -> None:
        provider = make_provider(zone="America/New_York")
        away = {"start": f"{NEXT_YEAR}-01-05T09:00", "end": f"{NEXT_YEAR}-01-06T09:00"}
        table = rows("time_off", away)
        told = changes_told(lambda: save(admin_client, change_url(provider), **table))
        assert provider.time_off.get().start == datetime(NEXT_YEAR, 1, 5, 14, tzinfo=UTC)
        assert told == ["add_time_off"]

    def test_it_is_shown_on_the_providers_own_clock(self, admin_client: Client) -> None:
        provider = make_provider(zone="Asia/Tokyo")
        start = datetime(NEXT_YEAR, 1, 5, 0, tzinfo=UTC)
        TimeOff.objects.create(provider=provider, start=start, end=start + timedelta(hours=1))
        data = filled_in(admin_client, change_url(provider))
        assert data["time_off-0-start"] == f"{NEXT_YEAR}-01-05T09:00:00"

    def test_saving_without_a_change_keeps_it(self, admin_client: Client) -> None:
        provider, start = make_provider(), timezone.now() + timedelta(days=1, seconds=7)
        away = TimeOff.objects.create(provider=provider, start=start, end=start + timedelta(1))
        save(admin_client, change_url(provider))
        assert provider.time_off.get() == away

    def test_it_is_changed(self, admin_client: Client, changes_told: Told) -> None:
        provider, start = make_provider(), datetime(NEXT_YEAR, 1, 5, tzinfo=UTC)
        TimeOff.objects.create(provider=provider, start=start, end=start + timedelta(1))
        save(admin_client, change_url(provider), **{"time_off-0-note": "Dentist"})
        assert [away.note for away in provider.time_off.all()] == ["Dentist"]

    def test_it_is_removed(self, admin_client: Client, changes_told: Told) -> None:
        provider, start = make_provider(), datetime(NEXT_YEAR, 1, 5, tzinfo=UTC)
        TimeOff.objects.create(provider=provider, start=start, end=start + timedelta(1))
        url = change_url(provider)
        told = changes_told(lambda: save(admin_client, url, **{"time_off-0-DELETE": "on"}))
        assert (told, provider.time_off.count()) == (["remove_time_off"], 0)

    def test_everybody_can_be_away_on_the_sites_clock(self, admin_client: Client) -> None:
        times = {"start": f"{NEXT_YEAR}-07-05T09:00", "end": f"{NEXT_YEAR}-07-06T09:00"}
        save(admin_client, add_url(TimeOff), **times)
        away = TimeOff.objects.get()
        assert (away.provider, away.start.hour) == (None, 8)

    def test_its_own_page_reads_it_on_the_providers_clock(self, admin_client: Client) -> None:
        provider = make_provider(zone="Asia/Tokyo")
        times = {"start": f"{NEXT_YEAR}-07-05T09:00", "end": f"{NEXT_YEAR}-07-06T09:00"}
        save(admin_client, add_url(TimeOff), provider=provider.pk, **times)
        assert TimeOff.objects.get().start == datetime(NEXT_YEAR, 7, 5, 0, tzinfo=UTC)


def test_several_times_off_are_taken_back_through_the_verb(
    admin_client: Client, changes_told: Told
) -> None:
    provider, start = make_provider(), datetime(NEXT_YEAR, 1, 5, tzinfo=UTC)
    for day in range(2):
        begin = start + timedelta(days=7 * day)
        TimeOff.objects.create(provider=provider, start=begin, end=begin + timedelta(1))
    url, chosen = "/admin/bookable/timeoff/", list(TimeOff.objects.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    assert changes_told(lambda: admin_client.post(url, data)) == ["remove_time_off"] * 2
