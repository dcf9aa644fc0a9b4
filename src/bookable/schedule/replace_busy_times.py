from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import router
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule, NotFound
from bookable.schedule.models import BusyTime
from bookable.schedule.periods import refuse_bad_period
from bookable.schedule.ranges import BusyPeriod
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def replace_busy_times(
    provider: Provider | int,
    times: Iterable[BusyPeriod],
    *,
    source: str,
    start: datetime,
    end: datetime,
    using: str | None = None,
) -> int:
    """Takes over the complete list that a source has for [start, end); how many rows changed.

    What lies outside that window is left out. Nobody is locked: a calendar is a fact, and what
    conflicts with it is reported afterwards. Raises NaiveDatetime, EmptyPeriod, NotFound,
    TextTooLong, and InvalidSchedule if an id comes twice.
    """
    using = using or router.db_for_write(Provider)
    refuse_bad_period(start, end)
    wanted = _by_name(time for time in times if _touches(time, start, end))
    for time in wanted.values():
        refuse_long_texts(BusyTime, source=source, external_id=time.external_id)

    def work() -> int:
        owner = _find(provider, using)
        known = _known(owner, source, wanted.values(), start, end).using(using)
        written = _write(_compare(known, wanted, provider=owner, source=source), using)
        if written:
            send_after_commit(
                schedule_changed,
                Provider,
                using=using,
                providers=[owner],
                change="replace_busy_times",
            )
        return written

    return in_transaction(work, using=using)


class _Difference(NamedTuple):
    gone: list[int]
    moved: list[BusyTime]
    new: list[BusyTime]


def _touches(time: BusyPeriod, start: datetime, end: datetime) -> bool:
    refuse_bad_period(time.start, time.end)
    return time.start < end and time.end > start


def _by_name(times: Iterable[BusyPeriod]) -> dict[Hashable, BusyPeriod]:
    named: dict[Hashable, BusyPeriod] = {}
    for time in times:
        if named.setdefault(_name(time), time) != time:
            raise InvalidSchedule(_("“%(id)s” comes twice.") % {"id": time.external_id})
    return named


def _name(time: BusyPeriod | BusyTime) -> Hashable:
    # without an id, a time is known by nothing but itself
    return (time.start, time.end) if time.external_id is None else time.external_id


def _find(provider: Provider | int, using: str) -> Provider:
    key = provider.pk if isinstance(provider, Provider) else provider
    found = Provider.objects.using(using).filter(pk=key).first()
    if found is None:
        raise NotFound(_("provider"), key)
    return found


def _known(
    owner: Provider, source: str, wanted: Collection[BusyPeriod], start: datetime, end: datetime
) -> QuerySet[BusyTime]:
    # what was moved into the window from outside is known by its id
    ids = [time.external_id for time in wanted if time.external_id is not None]
    inside = Q(start__lt=end, end__gt=start)
    return BusyTime.objects.filter(inside | Q(external_id__in=ids), provider=owner, source=source)


def _compare(
    known: Iterable[BusyTime], wanted: dict[Hashable, BusyPeriod], **owner: Any
) -> _Difference:
    difference, left = _Difference([], [], []), dict(wanted)
    for row in known:
        time = left.pop(_name(row), None)
        if time is None:
            difference.gone.append(row.pk)
        elif (row.start, row.end) != (time.start, time.end):
            row.start, row.end = time.start, time.end
            difference.moved.append(row)
    difference.new.extend(BusyTime(**owner, **time._asdict()) for time in left.values())
    return difference


def _write(difference: _Difference, using: str) -> int:
    rows = BusyTime.objects.using(using)
    if difference.gone:
        rows.filter(pk__in=difference.gone).delete()
    if difference.moved:
        rows.bulk_update(difference.moved, ["start", "end"])
    if difference.new:
        # another import of the same calendar may have been quicker
        rows.bulk_create(difference.new, ignore_conflicts=True)
    return len(difference.gone) + len(difference.moved) + len(difference.new)
