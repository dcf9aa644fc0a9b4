"""The socket that narrows what anybody sees: branches, tenants, brands."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from tests.bookings.times import at

from bookable.bookings.customers import Customer
from bookable.catalog.visibility import SiteVisibility, user_of
from bookable.models import Booking, Order, Provider, Service
from bookable.testing import make_booking, make_provider, make_service

pytestmark = pytest.mark.django_db


class ByServiceSlug(SiteVisibility):
    """Only what has to do with one service."""

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def services(self, rows: Any, viewer: object) -> Any:
        return rows.filter(slug=self.slug)

    def providers(self, rows: Any, viewer: object) -> Any:
        return rows.filter(offerings__service__slug=self.slug)

    def bookings(self, rows: Any, viewer: object) -> Any:
        return rows.filter(session__service__slug=self.slug)

    def orders(self, rows: Any, viewer: object) -> Any:
        return rows.filter(bookings__session__service__slug=self.slug)


class ByBranch(SiteVisibility):
    """What belongs to the branch whose page is asked for."""

    def services(self, rows: Any, viewer: object) -> Any:
        return rows.filter(slug=viewer.branch)  # type: ignore[attr-defined]


class World:
    """Two branches, each with somebody who cuts hair and a booking of the same customer."""

    def __init__(self) -> None:
        self.cleo = get_user_model().objects.create_user("cleo", "cleo@example.com")
        self.boss = get_user_model().objects.create_superuser("boss")
        self.ann = get_user_model().objects.create_user("ann")
        self.north, self.south = make_service("North", slug="north"), make_service(slug="south")
        provider = make_provider("Ann", offers=self.north, user=self.ann)
        self.providers = [provider, make_provider("Ben", offers=self.south)]
        customer = Customer.of(self.cleo)
        self.bookings = [
            make_booking(self.north, at("10:00"), provider, customer=customer),
            make_booking(self.south, at("11:00"), provider, customer=customer),
        ]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def _only_north(settings: Any) -> None:
    path = f"{__name__}.ByServiceSlug"
    settings.BOOKABLE = {"VISIBILITY": {"BACKEND": path, "OPTIONS": {"slug": "north"}}}


@pytest.mark.usefixtures("_only_north")
def test_the_socket_narrows_what_each_role_sees(world: World) -> None:
    [north, _south] = world.bookings
    for user in (world.cleo, world.ann, world.boss):
        assert list(Booking.objects.visible_to(user)) == [north]
    for user in (world.cleo, world.boss):
        assert list(Order.objects.visible_to(user)) == [north.order]
    for somebody in (None, AnonymousUser(), world.cleo, world.boss):
        assert list(Service.objects.visible_to(somebody)) == [world.north]
        assert list(Provider.objects.visible_to(somebody)) == world.providers[:1]


@pytest.mark.usefixtures("_only_north")
def test_the_socket_opens_nothing(world: World) -> None:
    dan = get_user_model().objects.create_user("dan")
    for somebody in (None, AnonymousUser(), dan):
        assert not Booking.objects.visible_to(somebody)
        assert not Order.objects.visible_to(somebody)


def test_without_a_socket_everything_belongs_together(world: World) -> None:
    assert set(Booking.objects.visible_to(world.cleo)) == set(world.bookings)
    assert set(Booking.objects.visible_to(world.ann)) == set(world.bookings)
    assert set(Service.objects.visible_to(None)) == {world.north, world.south}


def test_a_request_is_seen_through_by_its_user(world: World) -> None:
    request = RequestFactory().get("/")
    for user, many in ((world.cleo, 2), (world.boss, 2), (AnonymousUser(), 0)):
        request.user = user
        assert Booking.objects.visible_to(request).count() == many
        assert Order.objects.visible_to(request).count() == many
        assert Service.objects.visible_to(request).count() == 2


def test_a_request_without_sessions_is_one_of_nobody(world: World) -> None:
    request = RequestFactory().get("/")
    assert user_of(request) is None
    assert not Booking.objects.visible_to(request)
    assert Service.objects.visible_to(request).count() == 2


def test_the_socket_is_told_what_the_viewer_came_with(world: World, settings: Any) -> None:
    settings.BOOKABLE = {"VISIBILITY": f"{__name__}.ByBranch"}
    request = RequestFactory().get("/")
    request.branch = "south"  # type: ignore[attr-defined]
    request.user = AnonymousUser()
    assert list(Service.objects.visible_to(request)) == [world.south]


def test_everybody_sees_what_is_public_and_staff_the_rest(world: World) -> None:
    hidden = [make_service(visibility=kind) for kind in ("link", "staff")]
    hidden += [make_service(is_active=False)]
    seen = {world.north, world.south}
    assert set(Service.objects.visible_to(None)) == seen
    assert set(Service.objects.visible_to(world.cleo)) == seen
    assert set(Service.objects.visible_to(world.boss)) == {*seen, *hidden}


def test_everybody_sees_who_is_listed_and_staff_the_rest(world: World) -> None:
    hidden = [
        make_provider("Eve", is_public=False),
        make_provider("Finn", is_approved=False),
        make_provider("Gil", is_active=False),
    ]
    assert set(Provider.objects.visible_to(world.cleo)) == set(world.providers)
    assert set(Provider.objects.visible_to(world.boss)) == {*world.providers, *hidden}


def test_a_closed_staff_account_sees_what_everybody_sees(world: World) -> None:
    hidden = make_service(is_active=False)
    world.boss.is_active = False
    world.boss.save()
    assert hidden not in Service.objects.visible_to(world.boss)
