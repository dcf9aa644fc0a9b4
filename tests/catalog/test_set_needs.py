from __future__ import annotations

from typing import Any

import pytest

from bookable.catalog.models import Need, Service
from bookable.catalog.set_needs import NeedSpec, set_needs
from bookable.errors import ImpossibleNeeds, InvalidCatalog, NotFound, UnknownChannel
from bookable.signals import schedule_changed
from bookable.testing import make_need, make_pool, make_provider, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return make_service()


def test_what_a_service_takes_is_replaced(service: Service) -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob")
    make_need(service, ann)
    set_needs(service, [NeedSpec(providers=(bob,)), NeedSpec(quantity=None, providers=(ann,))])
    assert [list(need.providers.all()) for need in service.needs.all()] == [[bob], [ann]]
    assert [need.quantity for need in service.needs.all()] == [1, None]


def test_a_need_keeps_its_pool_its_seats_and_its_channels(service: Service) -> None:
    bikes = make_pool("Bikes", make_provider("Bike", units=8))
    [need] = set_needs(service, [NeedSpec(pool=bikes, per_seat=True, channels=("in_person",))])
    need.refresh_from_db()
    assert (need.pool, need.per_seat, need.channels) == (bikes, True, ["in_person"])


def test_needs_that_can_never_be_met_leave_everything_as_it_was(service: Service) -> None:
    ann = make_provider("Ann")
    before = make_need(service, ann)
    with pytest.raises(ImpossibleNeeds, match="“1 of Ann” and “1 of Ann”"):
        set_needs(service, [NeedSpec(providers=(ann,)), NeedSpec(providers=(ann,))])
    assert list(service.needs.all()) == [before]


def test_an_empty_pool_is_refused_by_name(service: Service) -> None:
    with pytest.raises(ImpossibleNeeds, match="“1 of Nurses”"):
        set_needs(service, [NeedSpec(pool=make_pool("Nurses"))])


def test_a_need_of_those_who_offer_it_can_be_said_before_anybody_does(service: Service) -> None:
    room = make_provider("Room")
    assert len(set_needs(service, [NeedSpec(), NeedSpec(providers=(room,))])) == 2


def test_a_need_of_more_than_offer_it_is_refused(service: Service) -> None:
    make_provider(offers=service)
    with pytest.raises(ImpossibleNeeds, match="“2 of those who offer it”"):
        set_needs(service, [NeedSpec(quantity=2)])


def test_no_needs_at_all_are_fine(service: Service) -> None:
    make_need(service, make_provider())
    assert set_needs(service, []) == []
    assert not Need.objects.exists()


def test_a_service_that_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound):
        set_needs(10**6, [])


def test_those_who_were_and_who_are_needed_are_told_of_once(
    service: Service, django_capture_on_commit_callbacks: Any
) -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob")
    make_need(service, ann)
    told = []
    schedule_changed.connect(listener := lambda **payload: told.append(payload))
    with django_capture_on_commit_callbacks(execute=True):
        set_needs(service, [NeedSpec(providers=(bob,))])
    schedule_changed.disconnect(listener)
    assert [(one["change"], one["providers"]) for one in told] == [("set_needs", [ann, bob])]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"quantity": 0}, InvalidCatalog),
        ({"channels": ()}, InvalidCatalog),
        ({"channels": ("smoke",)}, UnknownChannel),
    ],
)
def test_a_need_that_makes_no_sense_is_refused(
    wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        NeedSpec(**wrong)
