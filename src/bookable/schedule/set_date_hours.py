from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date as Date  # noqa: N812 - the verb's argument is called date

from django.db import router
from django.utils.translation import gettext as _

from bookable.catalog.locking import lock_providers
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule
from bookable.schedule.models import DateHours, DateKind
from bookable.schedule.overlaps import refuse_overlaps
from bookable.schedule.ranges import DateRange
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction

_REPLACED = {
    DateKind.CLOSED: (DateKind.CLOSED, DateKind.INSTEAD),
    DateKind.INSTEAD: (DateKind.CLOSED, DateKind.INSTEAD),
    DateKind.EXTRA: (DateKind.EXTRA,),
}


def set_date_hours(
    provider: Provider | int | None,
    date: Date,
    *,
    kind: str,
    hours: Iterable[DateRange] = (),
    note: str = "",
    using: str | None = None,
) -> list[DateHours]:
    """Says what differs on a date, for a provider or for everybody (None).

    It replaces what was said before; extra hours and the rest don't touch each other. Raises
    InvalidSchedule if the kind and the hours don't fit, OverlappingHours if two hours overlap, and
    TextTooLong.
    """
    using = using or router.db_for_write(Provider)
    wanted = list(hours)
    chosen = checked_day(kind, wanted)
    refuse_long_texts(DateHours, note=note)

    def work() -> list[DateHours]:
        locked = lock_providers(None if provider is None else [provider], using=using)
        owner = None if provider is None else locked[0]
        DateHours.objects.using(using).filter(
            provider=owner, date=date, kind__in=_REPLACED[chosen]
        ).delete()
        rows = date_rows(owner, date, chosen, wanted, note)
        DateHours.objects.using(using).bulk_create(rows)
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="set_date_hours"
        )
        return rows

    return in_transaction(work, using=using)


def checked_day(kind: str, hours: Sequence[DateRange]) -> DateKind:
    """The kind of day; InvalidSchedule if these hours can't go with it."""
    if kind not in DateKind.values:
        raise InvalidSchedule(
            _("“%(kind)s” is not a kind of day; choose from: %(kinds)s.")
            % {"kind": kind, "kinds": ", ".join(DateKind.values)}
        )
    if kind == DateKind.CLOSED and hours:
        raise InvalidSchedule(_("A closed day has no hours."))
    if kind != DateKind.CLOSED and not hours:
        raise InvalidSchedule(_("Say from when to when; a day without hours is a closed one."))
    refuse_overlaps(hours)
    return DateKind(kind)


def date_rows(
    provider: Provider | None, date: Date, kind: DateKind, hours: Sequence[DateRange], note: str
) -> list[DateHours]:
    """New, unsaved rows: one for each range, or one that says closed."""
    if kind == DateKind.CLOSED:
        return [DateHours(provider=provider, date=date, kind=kind, note=note)]
    return [_row(provider, date, kind, one, note) for one in hours]


def _row(
    provider: Provider | None, date: Date, kind: DateKind, hours: DateRange, note: str
) -> DateHours:
    opens, closes = hours.minutes
    return DateHours(
        provider=provider,
        date=date,
        kind=kind,
        opens=opens,
        closes=closes,
        location=hours.location,
        note=note,
    )
