"""The socket for availability: one small class is one reason why time is open or closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from bookable.availability.query import Query
from bookable.catalog.models import Provider
from bookable.timeline.intervals import NEVER, Intervals
from bookable.timeline.openings import Opening, from_instants


class Rule:
    """Subclass, override what applies, and name the class in a rule set.

    Instants are whole epoch seconds and intervals half-open. What a method returns is sorted and
    disjoint, and may reach beyond the time that was asked for.
    """

    #: The stable name by which programs know the reason.
    code: ClassVar[str] = "rule"

    #: Whether `bars_start(None)` also keeps people from joining a session that exists already.
    bars_joining: ClassVar[bool] = False

    #: Whether staff may book against it.
    is_soft: ClassVar[bool] = True

    query: Query

    @classmethod
    def guards(cls, query: Query) -> Collection[str]:
        """Keys of what must not change while it is decided, if that is more than one provider.

        Whoever books locks them first. A limit of a whole service has the key "service:7".
        """
        return ()

    def prepare(self, query: Query) -> None:
        """Called once before anything else, with the question.

        Whatever the rule needs from the database is read here: with at most one query, for all of
        `query.providers` and the whole of `query.reach`, through `query.rows(Model)`.
        """
        self.query = query

    def opens(self, provider: Provider) -> Sequence[Opening]:
        """Time that is open. Open is what any rule opens; make openings with `self.openings`."""
        return ()

    def closes(self, provider: Provider) -> Intervals:
        """Time taken out of what is open. Buffers may reach into it."""
        return NEVER

    def busy(self, provider: Provider) -> Intervals:
        """Time in which the whole provider is taken. Buffers may not reach into it."""
        return NEVER

    def busy_unit(self, provider: Provider, unit: int) -> Intervals:
        """Time in which one of the provider's units is taken."""
        return NEVER

    def bars_start(self, provider: Provider | None) -> Intervals:
        """Instants at which nothing may start, though it may go on; None is the whole service."""
        return NEVER

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        """One sentence on why this rule closes the interval; "" if it is not this rule's doing."""
        return ""

    def openings(self, provider: Provider, intervals: Intervals) -> list[Opening]:
        """Intervals as openings, their starts counted on the provider's wall clock."""
        return from_instants(provider.zone, intervals)
