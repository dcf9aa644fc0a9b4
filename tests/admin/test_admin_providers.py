from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from tests.admin.pages import add_url, change_url, filled_in, list_url, run_action, save, told

from bookable.models import BusyTime, Provider
from bookable.testing import make_provider, set_weekly_hours

pytestmark = pytest.mark.django_db

Told = Callable[[Callable[[], object]], list[str]]


def copy_url(provider: Provider) -> str:
    return reverse("admin:bookable_provider_copy_hours", args=[provider.pk])


def weekdays_of(provider: Provider) -> list[int]:
    return [row.weekday for row in provider.weekly_hours.all()]


@pytest.mark.parametrize(
    ("action", "verb", "field", "before"),
    [
        ("approve_them", "approve", "is_approved", False),
        ("withdraw_their_approval", "withdraw_approval", "is_approved", True),
        ("activate_them", "activate", "is_active", False),
        ("deactivate_them", "deactivate", "is_active", True),
    ],
)
def test_an_action_goes_through_its_verb(  # noqa: PLR0917 - a table of actions
    admin_client: Client, changes_told: Told, action: str, verb: str, field: str, before: bool
) -> None:
    fields: dict[str, Any] = {field: before}
    provider = make_provider(**fields)
    assert changes_told(lambda: run_action(admin_client, action, provider)) == [verb]
    provider.refresh_from_db()
    assert getattr(provider, field) is not before


def test_an_action_is_written_into_the_history(admin_client: Client) -> None:
    run_action(admin_client, "deactivate_them", make_provider())
    assert LogEntry.objects.get().get_change_message() == "Deactivated."


def test_monday_is_copied_to_the_rest_of_the_working_week(admin_client: Client) -> None:
    provider = make_provider(weekdays=[0])
    run_action(admin_client, "copy_monday", provider)
    assert weekdays_of(provider) == [0, 1, 2, 3, 4]


def test_hours_that_can_not_be_copied_are_told(admin_client: Client) -> None:
    provider = make_provider("Ann", hours=[])
    set_weekly_hours(provider, "08:00-20:00", "22:00-09:00 +1", weekdays=[0])
    messages = told(run_action(admin_client, "copy_monday", provider))
    assert any(message.startswith("Ann: ") and "overlap" in message for message in messages)
    assert weekdays_of(provider) == [0, 0]


@pytest.mark.parametrize("action", ["deactivate_them", "copy_monday"])
def test_one_who_may_only_look_has_no_actions(
    client_who_may: Callable[..., Client], changes_told: Told, action: str
) -> None:
    client, provider = client_who_may("view_provider"), make_provider()
    assert changes_told(lambda: run_action(client, action, provider)) == []


class TestSaving:
    def test_the_checkbox_goes_through_the_verb(
        self, admin_client: Client, changes_told: Told
    ) -> None:
        url = change_url(make_provider())
        assert changes_told(lambda: save(admin_client, url, is_active=None)) == ["deactivate"]

    def test_a_name_is_saved_without_telling_anybody(
        self, admin_client: Client, changes_told: Told
    ) -> None:
        provider = make_provider("Ann")
        assert changes_told(lambda: save(admin_client, change_url(provider), name="Eve")) == []
        provider.refresh_from_db()
        assert provider.name == "Eve"

    def test_what_moves_the_calendar_is_told(
        self, admin_client: Client, changes_told: Told
    ) -> None:
        provider = make_provider()
        url = change_url(provider)
        assert changes_told(lambda: save(admin_client, url, zone="Asia/Tokyo")) == ["edit"]
        provider.refresh_from_db()
        assert provider.zone == "Asia/Tokyo"

    def test_languages_are_written_one_on_a_line(self, admin_client: Client) -> None:
        provider = make_provider(languages=["en"])
        assert filled_in(admin_client, change_url(provider))["languages"].strip() == "en"
        save(admin_client, change_url(provider), languages="en\nfr\n")
        provider.refresh_from_db()
        assert provider.languages == ["en", "fr"]


class TestCopyPage:
    def test_it_answers_and_shows_the_hours_as_they_are(self, admin_client: Client) -> None:
        text = admin_client.get(copy_url(make_provider(weekdays=[0]))).content.decode()
        assert "09:00–17:00" in text
        assert "closed" in text

    def test_it_is_linked_from_the_page_of_the_provider(self, admin_client: Client) -> None:
        provider = make_provider()
        assert copy_url(provider) in admin_client.get(change_url(provider)).content.decode()

    def test_it_copies(self, admin_client: Client, changes_told: Told) -> None:
        provider = make_provider(weekdays=[0])
        data = {"weekday": 0, "to": [2, 5]}
        heard = changes_told(lambda: admin_client.post(copy_url(provider), data))
        assert (heard, weekdays_of(provider)) == (["copy_hours"], [0, 2, 5])

    def test_it_says_what_was_done(self, admin_client: Client) -> None:
        data = {"weekday": 0, "to": [2, 5]}
        answer: Any = admin_client.post(copy_url(make_provider(weekdays=[0])), data)
        assert told(answer) == ["The hours of Monday were copied to Wednesday and Saturday."]

    def test_another_day_must_be_chosen(self, admin_client: Client) -> None:
        answer = admin_client.post(copy_url(make_provider()), {"weekday": 0, "to": [0]})
        assert "Choose another day" in answer.content.decode()

    def test_hours_that_would_overlap_are_refused(self, admin_client: Client) -> None:
        provider = make_provider(hours=[])
        set_weekly_hours(provider, "08:00-20:00", "22:00-09:00 +1", weekdays=[0])
        answer = admin_client.post(copy_url(provider), {"weekday": 0, "to": [1]})
        assert "overlap" in answer.content.decode()
        assert weekdays_of(provider) == [0, 0]

    def test_one_who_may_only_look_is_refused(self, client_who_may: Callable[..., Client]) -> None:
        client, url = client_who_may("view_provider"), copy_url(make_provider())
        assert client.get(url).status_code == 403
        assert client.post(url, {"weekday": 0, "to": [1]}).status_code == 403

    def test_it_is_guarded_against_forged_requests(self, admin_user: Any) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)
        answer = client.post(copy_url(make_provider()), {"weekday": 0, "to": [1]})
        assert answer.status_code == 403

    def test_a_provider_who_is_not_there_is_not_found(self, admin_client: Client) -> None:
        url = reverse("admin:bookable_provider_copy_hours", args=[404])
        assert admin_client.get(url).status_code == 404


class TestBusyTimes:
    TIMES = {"start": "2030-01-05T09:00", "end": "2030-01-05T10:00"}

    def test_one_is_added_through_the_verb(self, admin_client: Client, changes_told: Told) -> None:
        fields = {**self.TIMES, "provider": make_provider().pk}
        heard = changes_told(lambda: save(admin_client, add_url(BusyTime), **fields))
        assert heard == ["add_busy_time"]

    def test_one_from_another_calendar_can_not_be_changed(self, admin_client: Client) -> None:
        save(admin_client, add_url(BusyTime), **self.TIMES, provider=make_provider().pk)
        BusyTime.objects.update(source="caldav", external_id="x")
        url = change_url(BusyTime.objects.get())
        assert "caldav" in admin_client.get(url).content.decode()
        assert admin_client.post(url, self.TIMES).status_code == 403

    def test_one_is_removed_through_the_verb(
        self, admin_client: Client, changes_told: Told
    ) -> None:
        save(admin_client, add_url(BusyTime), **self.TIMES, provider=make_provider().pk)
        url = change_url(BusyTime.objects.get()).replace("change", "delete")
        assert changes_told(lambda: admin_client.post(url, {"post": "yes"})) == ["remove_busy_time"]


def test_one_without_permission_is_refused(client_who_may: Callable[..., Client]) -> None:
    client, provider = client_who_may("view_service"), make_provider()
    assert client.get(list_url(Provider)).status_code == 403
    assert client.post(change_url(provider), {"name": "Eve"}).status_code == 403
