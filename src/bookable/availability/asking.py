"""Turns what a caller asked into a Query, or into a typed error with a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any, TypeVar, Unpack

from django.db.models import Model
from django.utils.translation import gettext as _

from bookable.availability.answers import Reason
from bookable.availability.diary import Diary
from bookable.availability.excluding import Excluded, excluded_by
from bookable.availability.overriding import overridable
from bookable.availability.query import Asked, Kept, OwnLane, Planned, Query
from bookable.catalog.candidates import NeedOf, needs_of
from bookable.catalog.models import Channel, DurationChoice, Extra, Location, Provider, Service
from bookable.errors import (
    DurationNotOffered,
    EmptyPeriod,
    InvalidExtra,
    InvalidQuery,
    InvalidSeats,
    MomentOutOfRange,
    NaiveDatetime,
    NotFound,
    PeriodTooLong,
    UnknownChannel,
    UnknownZone,
)
from bookable.timeline import clock
from bookable.timeline.zones import DAY, NoSuchZone, instant, reading_of, zone_info

M = TypeVar("M", bound=Model)

#: Three years: longer than anybody plans, short enough that one request can't exhaust a server.
LONGEST_WINDOW_DAYS = 1100


#: Years whose dates, with everything around them, every database and every zone can tell.
YEARS = range(1950, 3000)


def ask(
    service: Service,
    low: int,
    high: int,
    *,
    needs: Sequence[NeedOf] | None = None,
    diary: Diary | None = None,
    every_session: bool = False,
    margin: int = 0,
    override: Collection[str] = (),
    visit: Sequence[OwnLane] = (),
    planned: Sequence[Planned] = (),
    now: datetime | None = None,
    kept: Kept | None = None,
    within: int | None = None,
    **asked: Unpack[Asked],
) -> Query:
    """The query for starts in [low, high), with so many seconds more around what they occupy.

    `override` names the codes of rules that are booked against; `visit` the lanes that the same
    customer takes right before or after, `planned` what is not written yet of that; `now` is what
    has run out by, if not by this moment. `kept` is of what is moved, `within` the key of
    the one session to be joined.
    """
    using = database_of(service, asked)
    present = now or clock.now()
    if needs is None:
        needs = needs_of([service], using)[service.pk]
    channel = _channel(asked.get("channel"))
    seats = checked_seats(asked.get("seats", 1))
    duration, duration_price = _duration(service, asked.get("duration"), using, kept)
    query = Query(
        service=service,
        needs=[need for need in needs if channel is None or channel in need.channels],
        diary=diary or Diary((), [service], using=using, low=low, high=high, now=present),
        low=low,
        high=high,
        now=int(present.timestamp()),
        using=using,
        duration=duration,
        duration_price=duration_price,
        seats=seats,
        extras=(kept.extras if kept else _extras(service, asked.get("extras", ()), using)),
        channel=channel,
        place=resolve(Location, asked.get("place"), using, _("location")),
        customer=asked.get("customer"),
        margin=margin,
        override=overridable(override, service.rule_set),
        planned=tuple(planned),
        kept=kept,
        within=within,
    )
    query.provider = _provider(query, asked.get("provider"))
    query.refusals = tuple(_refusals(query))
    query.visit = tuple(nearby(query, [*visit, *planned_lanes(planned)]))
    if diary is None:
        reach_low, reach_high = query.reach
        query.diary = Diary(
            query.providers,
            [service],
            using=using,
            low=reach_low,
            high=reach_high,
            now=present,
            exclude=_excluded(query, asked, present),
            every_session=every_session,
        )
    return query


def nearby(query: Query, visit: Iterable[OwnLane]) -> Iterable[OwnLane]:
    """Those lanes of a visit whose time, buffers included, can matter to the query."""
    low, high = query.reach
    return (lane for lane in visit if low - DAY < lane.end and lane.start < high + DAY)


def planned_lanes(planned: Iterable[Planned]) -> Iterable[OwnLane]:
    """The lanes of places that are not written yet."""
    return (lane for one in planned for lane in one.lanes)


def database_of(service: Service, asked: Asked) -> str:
    """The alias that was asked for, or the one that the service came from."""
    return asked.get("using") or service._state.db or "default"


def window(service: Service, start: date | datetime, end: date | datetime) -> tuple[int, int]:
    """A period as epoch seconds; a date is its first instant in the service's zone."""
    low, high = moment(service.zone, start), moment(service.zone, end)
    if high <= low:
        raise EmptyPeriod
    if high - low > LONGEST_WINDOW_DAYS * DAY:
        raise PeriodTooLong(LONGEST_WINDOW_DAYS)
    return low, high


def moment(zone: str, value: date | datetime) -> int:
    """The first whole second that is not before a moment."""
    if value.year not in YEARS:
        raise MomentOutOfRange(value)
    if isinstance(value, datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            raise NaiveDatetime(value)
        return ceil(value.timestamp())
    return instant(zone, reading_of(value))


def checked_zone(name: str) -> str:
    """The name itself, or UnknownZone."""
    try:
        zone_info(name)
    except NoSuchZone as error:
        raise UnknownZone(name) from error
    return name


def resolve(model: type[M], key: M | str | int | None, using: str, kind: str) -> M | None:
    """The row that a key stands for; NotFound if there is none."""
    if key is None or isinstance(key, model):
        return key
    lookup = "pk" if isinstance(key, int) else "slug"
    found = model._default_manager.using(using).filter(**{lookup: key}).first()
    if found is None:
        raise NotFound(kind, key)
    return found


def _channel(channel: str | None) -> str | None:
    if channel is not None and channel not in Channel.values:
        raise UnknownChannel(channel)
    return channel


def checked_seats(seats: int) -> int:
    """The number itself, or InvalidSeats."""
    if not _is_whole(seats) or seats < 1:
        raise InvalidSeats
    return seats


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _duration(
    service: Service, minutes: int | None, using: str, kept: Kept | None
) -> tuple[int | None, int | None]:
    """The chosen length and its own price; nothing where the service's own length is meant.

    What is kept though it is offered no more costs in proportion.
    """
    if minutes is None or minutes == service.duration:
        return None, None
    if not _is_whole(minutes):
        raise InvalidQuery(_("“%(value)s” is not a number of minutes.") % {"value": minutes})
    choices = DurationChoice.objects.using(using).filter(service=service)
    offered = {choice.minutes: choice.price for choice in choices}
    if minutes not in offered and kept is None:
        raise DurationNotOffered(minutes, sorted({service.duration, *offered}))
    return minutes, offered.get(minutes)


def _extras(
    service: Service, asked: Mapping[Extra | str, int] | Iterable[Extra | str], using: str
) -> tuple[tuple[Extra, int], ...]:
    wanted = _quantities(asked)
    slugs = [key for key in wanted if isinstance(key, str)]
    known: dict[str, Extra] = {}
    if slugs:
        rows = Extra.objects.using(using).filter(service=service, slug__in=slugs, is_active=True)
        known = {extra.slug: extra for extra in rows}
    chosen = []
    for key, quantity in wanted.items():
        extra = known.get(key) if isinstance(key, str) else key
        if not isinstance(extra, Extra) or extra.service_id != service.pk or not extra.is_active:
            raise InvalidExtra(_("“%(extra)s” can't be had with this service.") % {"extra": key})
        if not _is_whole(quantity) or not 1 <= quantity <= extra.max_quantity:
            raise InvalidExtra(
                _("Of “%(extra)s” you can have between 1 and %(most)d.")
                % {"extra": extra.name, "most": extra.max_quantity}
            )
        chosen.append((extra, quantity))
    return tuple(chosen)


def _quantities(
    asked: Mapping[Extra | str, int] | Iterable[Extra | str],
) -> Mapping[Extra | str, int]:
    if isinstance(asked, Mapping):
        return asked
    try:
        return dict.fromkeys(asked, 1)
    except TypeError as error:
        raise InvalidExtra(_("Extras are told by their slugs.")) from error


def _excluded(query: Query, asked: Asked, present: datetime) -> Excluded:
    written = {
        (lane.session, lane.provider, lane.unit) for lane in query.visit if lane.session is not None
    }
    excluded = excluded_by(asked.get("exclude"), using=query.using, now=present)
    return excluded._replace(lanes=frozenset(written))


def _provider(query: Query, key: Provider | str | int | None) -> Provider | None:
    for provider in query.providers:
        if key in (provider, provider.slug) or key == provider.pk:
            return provider
    return resolve(Provider, key, query.using, _("provider"))


def _refusals(query: Query) -> Iterable[Reason]:
    """Why nothing at all is offered to this question, whatever the time."""
    service, refused = query.service, "Service"
    if not service.is_active:
        yield Reason(refused, "inactive", _("%(service)s is not offered.") % _named(service))
    if query.channel is not None and query.channel not in service.channels:
        yield Reason(
            refused,
            "channel",
            _("%(service)s is not given this way: %(channel)s.")
            % {**_named(service), "channel": Channel(query.channel).label},
        )
    if not query.needs or not query.needs[0].candidates:
        yield Reason(refused, "no_provider", _("Nobody offers %(service)s.") % _named(service))
    if query.provider is not None and query.provider.pk not in query.candidates:
        yield Reason(
            refused,
            "not_offered",
            _("%(provider)s does not offer %(service)s.")
            % {**_named(service), "provider": query.provider.name},
            provider=query.provider,
        )
    if query.place is not None and _is_elsewhere(query):
        yield Reason(
            refused,
            "place",
            _("%(service)s is not given at %(place)s.")
            % {**_named(service), "place": query.place.name},
        )


def _is_elsewhere(query: Query) -> bool:
    places = set(
        query.rows(Service.locations.through)
        .filter(service=query.service)
        .values_list("location", flat=True)
    )
    return bool(places) and query.place is not None and query.place.pk not in places


def _named(service: Service) -> dict[str, Any]:
    return {"service": service.name}
