from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookable.models import Offering, Provider, Service, Tag
from bookable.testing import freeze, make_provider, make_service

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def names(providers: object) -> list[str]:
    return [provider.name for provider in providers]  # type: ignore[attr-defined]


@pytest.mark.parametrize("flag", ["is_active", "is_approved", "is_public"])
def test_only_active_approved_and_listed_providers_are_public(flag: str) -> None:
    make_provider("Ann")
    make_provider("Bob", **{flag: False})
    assert names(Provider.objects.public()) == ["Ann"]


def test_every_tag_must_be_carried() -> None:
    for name, tags in (("Ann", ("sleep", "grief")), ("Bob", ("sleep",))):
        provider = make_provider(name)
        for tag in tags:
            provider.tags.add(Tag.objects.get_or_create(name=tag, slug=tag)[0])
    assert names(Provider.objects.tagged("sleep", "grief")) == ["Ann"]


def test_a_providers_own_price_counts_before_the_services() -> None:
    service = make_service(price=5000)
    make_provider("Ann", offers=service)
    Offering.objects.create(service=service, provider=make_provider("Bob"), price=9000)
    assert names(Provider.objects.priced(maximum=6000)) == ["Ann"]
    assert names(Provider.objects.priced(minimum=6000, service=service)) == ["Bob"]


def test_the_price_of_a_service_that_is_off_does_not_count() -> None:
    make_provider("Ann", offers=make_service(price=5000, is_active=False))
    assert names(Provider.objects.priced(maximum=6000)) == []


def test_every_word_must_be_found_somewhere() -> None:
    make_provider("Ann Berg", headline="Sleep and grief")
    make_provider("Ann Dahl", bio="Grief")
    assert names(Provider.objects.search("ann sleep")) == ["Ann Berg"]


def test_a_provider_with_two_matching_tags_is_found_once() -> None:
    provider = make_provider("Ann")
    for name in ("sleep one", "sleep two"):
        provider.tags.add(Tag.objects.create(name=name, slug=name.replace(" ", "-")))
    assert names(Provider.objects.search("sleep")) == ["Ann"]


def test_providers_are_ordered_by_what_they_have_free_next() -> None:
    service = make_service()
    make_provider("Ann", offers=service, hours=("15:00-17:00",))
    make_provider("Bob", offers=service, hours=("13:00-17:00",))
    make_provider("Cas", offers=service, hours=())
    with freeze(NOON):
        found = Provider.objects.public().next_free_each()
    assert [(one.provider.name, one.slot.start.hour) for one in found if one.provider] == [
        ("Bob", 13),
        ("Ann", 15),
    ]


def test_a_filter_by_price_and_the_next_free_time_go_together() -> None:
    service = make_service(price=5000)
    make_provider("Ann", offers=service)
    Offering.objects.create(service=service, provider=make_provider("Bob"), price=9000)
    with freeze(NOON):
        found = Provider.objects.public().priced(maximum=6000).next_free_each([service])
    assert [one.provider.name for one in found if one.provider] == ["Ann"]


def test_the_next_free_time_of_many_takes_no_more_queries_than_of_one(
    django_assert_max_num_queries,
) -> None:
    service = make_service()
    for number in range(50):
        make_provider(f"Provider {number}", offers=service)
    with freeze(NOON), django_assert_max_num_queries(7):
        assert len(Provider.objects.public().next_free_each()) == 50


def test_the_earliest_of_many_services_is_found() -> None:
    make_provider("Ann", offers=make_service("Late"), hours=("15:00-17:00",))
    make_provider("Bob", offers=make_service("Soon"), hours=("13:00-17:00",))
    with freeze(NOON):
        found = Service.objects.next_free()
    assert found is not None
    assert (found.service.name, found.slot.start.hour) == ("Soon", 13)


def test_the_earliest_can_be_asked_of_some_providers_only() -> None:
    service = make_service()
    ann = make_provider("Ann", offers=service, hours=("15:00-17:00",))
    make_provider("Bob", offers=service, hours=("13:00-17:00",))
    with freeze(NOON):
        found = Service.objects.next_free(providers=[ann])
    assert found is not None
    assert found.slot.start.hour == 15


def test_the_next_free_time_of_each_service_takes_one_round_of_queries(
    django_assert_max_num_queries,
) -> None:
    for number in range(12):
        make_provider(offers=make_service(f"Service {number}"))
    with freeze(NOON), django_assert_max_num_queries(6):
        assert len(Service.objects.public().next_free_each()) == 12


def test_a_service_for_staff_or_by_link_is_not_listed() -> None:
    make_service("Open")
    make_service("Hidden", visibility="staff")
    linked = make_service("Linked", visibility="link")
    assert [service.name for service in Service.objects.public()] == ["Open"]
    assert Service.objects.by_link(linked.link_token).get() == linked
