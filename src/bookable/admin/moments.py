"""Moments as the clock on a provider's wall shows them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format

from bookable.timeline.zones import NoSuchZone, zone_info


def moment_text(moment: datetime, zone: str | None) -> str:
    return date_format(_local(moment, zone), "DATETIME_FORMAT")


def day_text(moment: datetime, zone: str | None) -> str:
    return date_format(_local(moment, zone), "DATE_FORMAT")


def period_text(start: datetime, end: datetime, zone: str | None) -> str:
    """“Nov. 3, 2026, 9 a.m. – noon”; the second date only if it is another."""
    first, last = _local(start, zone), _local(end, zone)
    if first.date() == last.date():
        return f"{moment_text(start, zone)} – {time_format(last, 'TIME_FORMAT')}"
    return f"{moment_text(start, zone)} – {moment_text(end, zone)}"


def in_zone(zone: str | None) -> AbstractContextManager[object]:
    """Forms show and read moments in this zone; in the site's own for None or an unknown one."""
    try:
        return timezone.override(zone_info(zone) if zone else timezone.get_default_timezone())
    except NoSuchZone:
        return timezone.override(timezone.get_default_timezone())


def _local(moment: datetime, zone: str | None) -> datetime:
    return timezone.localtime(moment, zone_info(zone) if zone else None)
