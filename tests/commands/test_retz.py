from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bookable.models import Provider, Service, Session
from bookable.testing import freeze, make_booking, make_provider, make_service

Call = Callable[..., str]
pytestmark = pytest.mark.django_db

NINE = datetime(2030, 3, 5, 9, tzinfo=UTC)
TEN = NINE.replace(hour=10)
TOLD = (
    "Consultation, 2030-03-05 11:00 Europe/Paris: "
    "at 2030-03-05 09:00 UTC, should be at 2030-03-05 10:00 UTC"
)


@pytest.fixture
def service() -> Service:
    return make_service(zone="Europe/Paris")


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


@pytest.fixture
def drifted(service: Service, ann: Provider) -> Session:
    """Agreed on while Paris was two hours ahead."""
    session = make_booking(service, NINE, ann).session
    session.utc_offset = 7200
    session.save()
    return session


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with freeze("2030-03-04 08:00"):
        yield


def test_where_nothing_is_off_the_command_says_so(service: Service, call: Call) -> None:
    assert call("bookable_retz", "--repair") == "Everything is where its clock says."


def test_what_is_off_is_shown_and_stays_and_the_command_fails(drifted: Session) -> None:
    told = StringIO()
    with pytest.raises(CommandError, match=r"^1 session is off; --repair moves it\.$"):
        call_command("bookable_retz", stdout=told)
    assert told.getvalue().splitlines() == [TOLD]
    drifted.refresh_from_db()
    assert drifted.start == NINE


def test_what_is_off_is_put_right(drifted: Session, call: Call) -> None:
    said = call("bookable_retz", "--repair")
    assert said.splitlines() == [TOLD, "1 session was moved."]
    drifted.refresh_from_db()
    assert drifted.start == TEN


def test_what_can_not_be_moved_is_named_and_the_command_fails(
    drifted: Session, service: Service, ann: Provider
) -> None:
    make_booking(service, TEN, ann)
    told = StringIO()
    with pytest.raises(CommandError, match=r"^1 session can't be moved\.$"):
        call_command("bookable_retz", "--repair", stdout=told)
    assert told.getvalue().splitlines()[1:] == [
        "0 sessions were moved.",
        "Consultation 2030-03-05 09:00: This time is not free any more.",
    ]
