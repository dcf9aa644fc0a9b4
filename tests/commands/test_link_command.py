from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import ProtectedError
from tests.sites.clinic.models import Room, Therapist

from bookable.catalog import link_rows
from bookable.catalog.models import Provider

Call = Callable[..., str]
pytestmark = pytest.mark.django_db


def without_calendar(*names: str) -> list[Therapist]:
    """Rows as they stand in the table after the mixin was added to their model."""
    return Therapist.objects.bulk_create(Therapist(name=name) for name in names)


def calendar(row: Therapist | Room) -> Provider:
    assert row.provider is not None
    return row.provider


def test_saving_a_row_makes_its_calendar() -> None:
    ann = Therapist.objects.create(name="Ann")
    ann.refresh_from_db()
    made = calendar(ann)
    assert (made.name, made.slug, made.kind) == ("Ann", "ann", "person")


def test_a_room_is_a_room() -> None:
    assert calendar(Room.objects.create(number=3)).kind == "room"


def test_saving_again_makes_no_second_calendar() -> None:
    ann = Therapist.objects.create(name="Ann")
    ann.save()
    assert Provider.objects.get() == ann.provider


def test_saving_one_field_saves_a_new_calendar_too() -> None:
    [ann] = without_calendar("Ann")
    ann.save(update_fields=["name"])
    ann.refresh_from_db()
    assert ann.provider == Provider.objects.get()


def test_rows_that_were_there_before_are_linked(call: Call) -> None:
    without_calendar("Ann", "Bob")
    assert call("bookable_link", "clinic.Therapist") == "2 calendars made."
    assert [calendar(one).name for one in Therapist.objects.order_by("pk")] == ["Ann", "Bob"]


def test_two_of_the_same_name_have_slugs_of_their_own(call: Call) -> None:
    without_calendar("Ann", "Ann")
    call("bookable_link", "clinic.Therapist")
    assert len(set(Provider.objects.values_list("slug", flat=True))) == 2


def test_a_second_run_finds_nothing_to_do(call: Call) -> None:
    without_calendar("Ann")
    call("bookable_link", "clinic.Therapist")
    assert call("bookable_link", "clinic.Therapist") == "0 calendars made."
    assert Provider.objects.count() == 1


def test_linked_rows_keep_their_calendar(call: Call) -> None:
    bob = Therapist.objects.create(name="Bob")
    without_calendar("Ann")
    call("bookable_link", "clinic.Therapist")
    assert Therapist.objects.get(pk=bob.pk).provider == bob.provider


def test_more_rows_than_a_batch_are_linked(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_rows, "_BATCH", 2)
    without_calendar(*"ABCDE")
    assert call("bookable_link", "clinic.Therapist") == "5 calendars made."


def test_a_rehearsal_links_nothing(call: Call) -> None:
    without_calendar("Ann")
    assert call("bookable_link", "clinic.Therapist", "--dry-run").startswith("1 calendar made.")
    assert Therapist.objects.get().provider is None
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("auth.User", "auth.User has no calendars: let the model inherit from BookableProvider"),
        ("clinic.Nobody", "There is no model “clinic.Nobody”"),
        ("nowhere.Nobody", "There is no model “nowhere.Nobody”"),
        ("Therapist", "There is no model “Therapist”"),
    ],
)
def test_a_model_without_calendars_is_refused(call: Call, label: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call("bookable_link", label)


def test_a_linked_calendar_can_not_be_deleted() -> None:
    ann = Therapist.objects.create(name="Ann")
    with pytest.raises(ProtectedError):
        calendar(ann).delete()


def test_the_way_to_the_calendar_takes_one_query(django_assert_num_queries: Any) -> None:
    Therapist.objects.create(name="Ann")
    with django_assert_num_queries(1):
        assert calendar(Therapist.objects.select_related("provider").get()).name == "Ann"


def test_the_way_back_takes_one_query(django_assert_num_queries: Any) -> None:
    Therapist.objects.create(name="Ann")
    with django_assert_num_queries(1):
        provider = Provider.objects.select_related("clinic_therapist").get()
        assert provider.clinic_therapist.name == "Ann"


def test_the_sites_models_need_no_further_migration() -> None:
    call_command("makemigrations", "clinic", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_rows_live_through_the_migration_that_adds_the_mixin(call: Call) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("clinic", "0001_initial")])
    before = executor.loader.project_state([("clinic", "0001_initial")]).apps
    before.get_model("clinic", "Therapist").objects.create(name="Ann")
    MigrationExecutor(connection).migrate([("clinic", "0002_link")])
    assert Therapist.objects.get().provider is None
    call("bookable_link", "clinic.Therapist")
    assert calendar(Therapist.objects.get()).name == "Ann"
