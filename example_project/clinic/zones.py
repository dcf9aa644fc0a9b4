"""The time zones that are offered by name; any other of the world's zones works in the address."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

BY_REGION = {
    "Europe": (
        "Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Madrid Europe/Berlin "
        "Europe/Rome Europe/Warsaw Europe/Stockholm Europe/Athens Europe/Kyiv Europe/Istanbul "
        "Atlantic/Reykjavik"
    ),
    "America": (
        "America/St_Johns America/Halifax America/New_York America/Toronto America/Chicago "
        "America/Mexico_City America/Denver America/Phoenix America/Los_Angeles America/Anchorage "
        "America/Bogota America/Santiago America/Sao_Paulo Pacific/Honolulu"
    ),
    "Africa": "Africa/Casablanca Africa/Lagos Africa/Cairo Africa/Nairobi Africa/Johannesburg",
    "Asia": (
        "Asia/Jerusalem Asia/Dubai Asia/Tehran Asia/Karachi Asia/Kolkata Asia/Kathmandu "
        "Asia/Dhaka Asia/Bangkok Asia/Singapore Asia/Shanghai Asia/Seoul Asia/Tokyo"
    ),
    "Australia and the Pacific": (
        "Australia/Perth Australia/Adelaide Australia/Brisbane Australia/Sydney "
        "Australia/Lord_Howe Pacific/Auckland Pacific/Chatham Pacific/Kiritimati"
    ),
}


@lru_cache(maxsize=1)
def all_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def choices(current: str, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Regions with their zones and what each is called; first of all the one that is in use."""
    regions = [("In use", [current]), *((name, zones.split()) for name, zones in BY_REGION.items())]
    return [
        (
            region,
            [(zone, label(zone, at)) for zone in zones if region == "In use" or zone != current],
        )
        for region, zones in regions
    ]


def label(zone: str, at: datetime) -> str:
    """“New York, UTC−5”."""
    return f"{city(zone)}, {offset(at.astimezone(ZoneInfo(zone)))}"


def city(zone: str) -> str:
    """“New York” of America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def offset(moment: datetime) -> str:
    """How far a moment's clock is from UTC: “UTC+5:30”."""
    seconds = (moment.utcoffset() or timedelta()).total_seconds()
    hours, minutes = divmod(abs(round(seconds / 60)), 60)
    if not hours and not minutes:
        return "UTC"
    return f"UTC{'−' if seconds < 0 else '+'}{hours}" + (f":{minutes:02d}" if minutes else "")
