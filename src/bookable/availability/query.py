"""The one context in which every question about availability is put."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypedDict, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from bookable.availability.answers import Reason
from bookable.availability.diary import Diary
from bookable.catalog.candidates import Candidate, NeedOf
from bookable.catalog.models import Extra, Location, Provider, Service

if TYPE_CHECKING:
    from bookable.bookings.models import Booking
    from bookable.schedule.models import Session

M = TypeVar("M", bound=Model)


class Whereabouts(TypedDict, total=False):
    """With whom and where. A model's key stands in for the model."""

    provider: Provider | str | int | None
    place: Location | str | int | None


class Options(Whereabouts, total=False):
    """What a customer chooses beside the time. A model's key stands in for the model."""

    duration: int | None
    seats: int
    extras: Mapping[Extra | str, int] | Sequence[Extra | str]
    channel: str | None


class Asked(Options, total=False):
    """What can be asked for; the same everywhere. A model's key stands in for the model."""

    customer: object
    exclude: Session | Booking | Sequence[Booking] | UUID | str | None
    using: str | None


class OwnLane(NamedTuple):
    """A lane that the same visit takes from `start` until `end`, in epoch seconds and without
    buffers; by which session, if that is written already."""

    session: int | None
    provider: int
    unit: int
    start: int
    end: int


class Planned(NamedTuple):
    """A place that the same customer takes as well, though it is not written yet."""

    service: int
    start: int
    end: int
    session: int | None  # the one that it joins
    seats: int
    lanes: tuple[OwnLane, ...]
    extras: tuple[tuple[Extra, int], ...]

    @property
    def providers(self) -> frozenset[int]:
        return frozenset(lane.provider for lane in self.lanes)


class Kept(NamedTuple):
    """What is moved keeps, whatever is offered by now: its seconds, its extras.

    A whole session may also be larger than the service allows by now.
    """

    length: int
    extras: tuple[tuple[Extra, int], ...] = ()
    is_whole: bool = True


@dataclass(kw_only=True)
class Query:
    """A question made ready: keys are resolved, starts are asked for in [low, high)."""

    service: Service
    needs: Sequence[NeedOf]
    diary: Diary
    low: int
    high: int
    now: int
    using: str
    provider: Provider | None = None
    duration: int | None = None
    duration_price: int | None = None
    seats: int = 1
    extras: tuple[tuple[Extra, int], ...] = ()
    channel: str | None = None
    place: Location | None = None
    customer: object = None
    margin: int = 0
    refusals: tuple[Reason, ...] = ()
    override: frozenset[str] = frozenset()
    visit: tuple[OwnLane, ...] = ()
    planned: tuple[Planned, ...] = ()
    withheld: frozenset[int] = frozenset()
    kept: Kept | None = None
    within: int | None = None  # the only session that may be joined; none is made then
    #: The only lanes that may be taken, by provider and unit, and when; None is all, at any time.
    left: Mapping[tuple[int, int], tuple[int, int]] | None = None

    def rows(self, model: type[M]) -> QuerySet[M]:
        """All rows of a model, on the database on which this question is decided."""
        return model._default_manager.using(self.using)

    @cached_property
    def candidates(self) -> Mapping[int, Candidate]:
        """Everybody who may serve, by primary key."""
        return {one.provider.pk: one for need in self.needs for one in need.candidates}

    @property
    def providers(self) -> list[Provider]:
        """Everybody who may serve."""
        return [candidate.provider for candidate in self.candidates.values()]

    @cached_property
    def extra_minutes(self) -> int:
        return sum(extra.minutes * quantity for extra, quantity in self.extras)

    def length(self, candidate: Candidate | None) -> int:
        """How many seconds it takes with this provider."""
        if self.kept is not None:
            return self.kept.length
        own = candidate.duration if candidate is not None else None
        minutes = self.duration or own or self.service.duration
        return (minutes + self.extra_minutes) * 60

    @cached_property
    def longest(self) -> int:
        """The most seconds that it takes with anybody."""
        return max(map(self.length, [None, *self.candidates.values()]))

    def step(self, candidate: Candidate) -> int:
        """Seconds between two starts; what a customer chooses does not move them."""
        minutes = self.service.slot_interval or candidate.duration or self.service.duration
        return minutes * 60

    @cached_property
    def before(self) -> int:
        return self.service.buffer_before * 60

    @cached_property
    def after(self) -> int:
        return self.service.buffer_after * 60

    @cached_property
    def reach(self) -> tuple[int, int]:
        """The time that rules must answer for: all that a start in [low, high) may occupy."""
        return (
            self.low - self.before - self.margin,
            self.high + self.longest + self.after + self.margin,
        )

    def promised(self, session: int) -> int:
        """How many seats of a session are planned for, and so are not left."""
        return sum(one.seats for one in self.planned if one.session == session)

    def wanted(self, need: NeedOf) -> int | None:
        """How many lanes a need takes for the seats asked for; None means all candidates."""
        if need.quantity is None:
            return None
        return need.quantity * (self.seats if need.per_seat else 1)
