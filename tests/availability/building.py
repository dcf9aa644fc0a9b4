"""The rows that make a world in the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import transaction
from tests.availability.booked import make_booking
from tests.availability.oracle import Person, Wanted, World
from tests.availability.worlds import claimed

from bookable.catalog.models import Location, Need, Offering, Provider, Service
from bookable.schedule.models import BusyTime, Claim, DateHours, Session, TimeOff, WeeklyHours
from bookable.testing import freeze

_numbers = count(1)


class Built:
    """The rows of a world, and the keys by which a question names them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.places = self._places()
        self.service = Service.objects.create(
            name="Consultation", slug=f"service-{next(_numbers)}", **_service_fields(world)
        )
        self.providers = Provider.objects.bulk_create(map(self._provider, world.people))
        self._hours()
        self._absences()
        self._needs()
        self.sessions = self._sessions()

    def _places(self) -> dict[int | None, Location | None]:
        rows = [row for one in self.world.people for row in (*one.week, *one.dates)]
        keys = {row.place for row in rows} | {one.place for one in self.world.people}
        found: dict[int | None, Location | None] = {None: None}
        for key in keys - {None}:
            found[key] = Location.objects.create(
                name=f"Place {key}", slug=f"place-{next(_numbers)}", zone="UTC"
            )
        return found

    def _provider(self, person: Person) -> Provider:
        number = next(_numbers)
        return Provider(
            name=f"Provider {number}",
            slug=f"provider-{number}",
            zone=person.zone,
            units=person.units,
            location=self.places[person.place],
            is_active=person.is_active,
            is_approved=person.is_approved,
            accepts_from=person.accepts_from,
            accepts_until=person.accepts_until,
        )

    def _hours(self) -> None:
        weekly = [
            WeeklyHours(
                provider=provider,
                weekday=row.weekday,
                opens=row.opens,
                closes=row.closes,
                valid_from=row.first,
                valid_until=row.last,
                location=self.places[row.place],
            )
            for provider, person in self._pairs()
            for row in person.week
        ]
        WeeklyHours.objects.bulk_create(weekly)
        everybody = [*self._pairs(), (None, Person(dates=self.world.dates))]
        DateHours.objects.bulk_create(
            DateHours(
                provider=provider,
                date=row.day,
                kind=row.kind,
                opens=row.opens,
                closes=row.closes,
                location=self.places[row.place],
            )
            for provider, person in everybody
            for row in person.dates
        )

    def _absences(self) -> None:
        everybody = [*self._pairs(), (None, Person(off=self.world.off))]
        TimeOff.objects.bulk_create(
            TimeOff(provider=provider, start=start, end=end)
            for provider, person in everybody
            for start, end in person.off
        )
        BusyTime.objects.bulk_create(
            BusyTime(provider=provider, start=start, end=end)
            for provider, person in self._pairs()
            for start, end in person.busy
        )

    def _needs(self) -> None:
        first, *others = self.world.needs
        Offering.objects.bulk_create(
            Offering(
                service=self.service,
                provider=self.providers[one],
                duration=self.world.people[one].duration,
            )
            for one in first.who
        )
        if not others and first == Wanted(first.who):
            return
        for position, need in enumerate(self.world.needs):
            row = Need.objects.create(
                service=self.service,
                position=position,
                quantity=need.quantity,
                per_seat=need.per_seat,
            )
            row.providers.set([self.providers[one] for one in need.who])

    def _sessions(self) -> list[Session]:
        if not self.world.meetings:
            return []
        other = Service.objects.create(name="Other", slug=f"service-{next(_numbers)}", zone="UTC")
        rows = [
            Session(
                service=self.service if one.is_ours else other,
                start=one.start,
                end=one.end,
                utc_offset=0,
                zone="UTC",
                capacity=one.capacity,
                seats_taken=one.taken,
                released_at=self.world.now if one.is_released else None,
            )
            for one in self.world.meetings
        ]
        sessions = Session.objects.bulk_create(rows)
        Claim.objects.bulk_create(self._claims(sessions))
        for session, meeting in zip(sessions, self.world.meetings, strict=True):
            if meeting.lapsed:
                make_booking(session, meeting.lapsed, held_until=self.world.now)
        return sessions

    def _claims(self, sessions: Sequence[Session]) -> Iterator[Claim]:
        for session, meeting in zip(sessions, self.world.meetings, strict=True):
            start, end = claimed(self.world, meeting)
            for person, unit in meeting.lanes:
                yield Claim(
                    session=session,
                    provider=self.providers[person],
                    unit=unit,
                    start=start,
                    end=end,
                    expires_at=meeting.expires,
                    released_at=session.released_at,
                )

    def _pairs(self) -> list[tuple[Provider | None, Person]]:
        return list(zip(self.providers, self.world.people, strict=True))


def _service_fields(world: World) -> dict[str, Any]:
    return {
        "zone": world.zone,
        "duration": world.duration,
        "slot_interval": world.step,
        "buffer_before": world.before,
        "buffer_after": world.after,
        "min_notice": world.notice,
        "horizon_days": world.horizon,
        "capacity": world.capacity,
        "bookable_from": world.first,
        "bookable_until": world.last,
        "max_per_day": world.max_per_day,
        "max_per_week": world.max_per_week,
        "max_per_provider_day": world.max_per_provider_day,
        "max_per_provider_week": world.max_per_provider_week,
    }


@contextmanager
def built(world: World) -> Iterator[Built]:
    """The world in the database and on the clock, for as long as it is looked at."""
    with transaction.atomic(), freeze(world.now):
        yield Built(world)
        transaction.set_rollback(True)
