from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bookable.models import Provider, Service
from bookable.testing import freeze, make_booking, make_provider, make_service, make_session
from bookable.timeline import clock

Call = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> Service:
    return make_service(max_per_day=1)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with freeze("2030-03-04 08:00"):
        yield


def test_where_all_is_well_the_command_says_so(service: Service, ann: Provider, call: Call) -> None:
    make_booking(service, clock.now(), ann)
    assert call("bookable_check_claims") == "No faults were found."


def test_a_fault_is_printed_and_the_command_fails(service: Service, ann: Provider) -> None:
    make_session(service, clock.now(), ann, seats_taken=0)
    told = StringIO()
    with pytest.raises(CommandError, match=r"^1 fault was found\.$"):
        call_command("bookable_check_claims", stdout=told)
    assert told.getvalue().startswith("stuck: Claim ")


def test_limits_are_looked_at_if_that_is_asked_for(
    service: Service, ann: Provider, call: Call
) -> None:
    make_booking(service, clock.now(), ann)
    make_booking(service, clock.now() + timedelta(hours=2), ann)
    assert call("bookable_check_claims") == "No faults were found."
    with pytest.raises(CommandError, match=r"^1 fault was found\.$"):
        call("bookable_check_claims", "--limits")
