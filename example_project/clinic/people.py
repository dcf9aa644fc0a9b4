"""Who works here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bookable.models import Provider


def calendars_of(user: Any) -> QuerySet[Provider]:
    """The calendars that are somebody's own."""
    return Provider.objects.filter(user=user.pk)


def works_here(user: Any) -> bool:
    """Whether somebody has a calendar, or may look into everybody's."""
    return bool(user.has_perm("bookable.view_booking")) or calendars_of(user).exists()
