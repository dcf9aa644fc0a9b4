"""Time zones to choose from, sorted by part of the world."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django import forms

_REGIONS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}


@cache
def zone_choices() -> list[tuple[str, Any]]:
    names = sorted(name for name in available_timezones() if _region(name) in _REGIONS)
    regions = groupby(names, key=_region)
    return [
        ("UTC", "UTC"),
        *((region, [(name, _label(name)) for name in members]) for region, members in regions),
    ]


class ZoneSelect(forms.Select):
    """A name that is not on the list stays chosen until another one is."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, choices=zone_choices())

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        groups = super().optgroups(name, list(value), attrs)
        offered = {option["value"] for _name, options, _index in groups for option in options}
        strangers = [one for one in value if one and one not in offered]
        for stranger in strangers:
            option = self.create_option(name, stranger, stranger, True, len(groups))
            groups.insert(0, (None, [option], len(groups)))
        return groups


def _region(name: str) -> str:
    return name.partition("/")[0]


def _label(name: str) -> str:
    """The city first: whoever types its first letters on the list jumps to it."""
    region, _slash, city = name.replace("_", " ").partition("/")
    return f"{city}, {region}"
