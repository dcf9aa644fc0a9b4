"""Who and what has a calendar in the demo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bookable.catalog.models import Location, Pool, Provider, ProviderKind, Tag
from bookable.schedule.ranges import HoursRange
from bookable.schedule.set_hours import set_hours

Hours = Mapping[str, Iterable[int]]

EVERY_DAY, WEEKDAYS = range(7), range(5)
MONDAY_TO_THURSDAY = range(4)
SATURDAY = (5,)
THURSDAY_TO_SUNDAY = range(3, 7)


class Cast:
    """The demo's providers, by their slugs."""

    def __init__(self, place: Location) -> None:
        self.place = place
        self.by_slug: dict[str, Provider] = {}

    def __getitem__(self, slug: str) -> Provider:
        return self.by_slug[slug]

    def add(
        self, slug: str, name: str, hours: Hours, *, tags: Iterable[str] = (), **fields: Any
    ) -> None:
        provider, is_new = Provider.objects.get_or_create(
            slug=slug, defaults={"name": name, "location": self.place, **fields}
        )
        if is_new:
            set_hours(provider, _ranges(hours))
            provider.tags.set(map(make_tag, tags))
        self.by_slug[slug] = provider


def load_cast() -> Cast:
    place, _ = Location.objects.get_or_create(
        slug="high-street",
        defaults={
            "name": "High Street Practice",
            "address": "12 High Street",
            "directions": "The green door beside the bakery. There is a lift.",
        },
    )
    cast = Cast(place)
    _add_therapists(cast)
    _add_others(cast)
    _add_things(cast)
    return cast


def make_tag(name: str) -> Tag:
    tag, _ = Tag.objects.get_or_create(slug=name.replace(" ", "-"), defaults={"name": name})
    return tag


def _ranges(hours: Hours) -> list[HoursRange]:
    """Hours such as “09:00-13:00” on each of their weekdays."""
    ranges = []
    for text, weekdays in hours.items():
        opens, closes = text.split("-")
        ranges += [HoursRange(weekday, opens, closes) for weekday in weekdays]
    return ranges


def _add_therapists(cast: Cast) -> None:
    cast.add(
        "ann",
        "Ann",
        {"09:00-13:00": WEEKDAYS, "14:00-17:30": WEEKDAYS},
        tags=["back pain", "sports"],
        headline="Physiotherapist, twenty years of backs and knees",
        languages=["en", "fr"],
        tier="senior",
    )
    cast.add(
        "bob",
        "Bob",
        {"10:00-18:00": MONDAY_TO_THURSDAY, "09:00-13:00": SATURDAY},
        tags=["sports", "relaxation"],
        headline="Physiotherapist and masseur",
        languages=["en", "de"],
    )
    cast.add(
        "carla",
        "Carla",
        {"09:00-16:00": (0, 2, 4), "12:00-20:00": (1,)},
        tags=["nutrition"],
        headline="Consultant: the first hour with us",
        languages=["en", "es"],
        tier="senior",
    )


def _add_others(cast: Cast) -> None:
    cast.add(
        "dev",
        "Dev",
        {"07:00-09:00": (0, 2, 4), "17:00-21:00": (1, 3), "09:00-12:00": SATURDAY},
        tags=["yoga", "spinning"],
        headline="Teaches whatever makes you sweat",
    )
    cast.add(
        "nora",
        "Nora",
        {"22:00-06:00 +1": THURSDAY_TO_SUNDAY},
        tags=["night"],
        headline="Night nurse",
    )
    cast.add(
        "sam",
        "Sam",
        {"09:00-17:00": WEEKDAYS},
        tags=["nutrition", "online"],
        headline="Coach in New York, by video everywhere",
        zone="America/New_York",
        location=None,
    )
    cast.add(
        "uma",
        "Uma",
        {"09:00-17:00": WEEKDAYS},
        headline="Joins us soon",
        is_approved=False,
    )


def _add_things(cast: Cast) -> None:
    rooms = {"room-1": "Room 1", "room-2": "Room 2"}
    for slug, name in rooms.items():
        cast.add(slug, name, {"08:00-20:00": EVERY_DAY}, kind=ProviderKind.ROOM)
    cast.add(
        "spin-bikes",
        "Spin bikes",
        {"06:00-22:00": EVERY_DAY},
        kind=ProviderKind.EQUIPMENT,
        units=8,
    )
    pool, is_new = Pool.objects.get_or_create(
        slug="treatment-rooms", defaults={"name": "Treatment rooms"}
    )
    if is_new:
        pool.providers.set(cast[slug] for slug in rooms)
