from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models, router
from django.utils.translation import gettext_lazy as _

from bookable.bookings.actors import Actor, Role, staff_only
from bookable.bookings.cancel_session import call_off
from bookable.bookings.impact import Affected, Change, hit_since
from bookable.bookings.misfits import misfits
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.moving.replacing import replace_lanes
from bookable.bookings.steps.changing_sessions import SessionLike, with_session
from bookable.bookings.steps.locks import lock_lanes_of
from bookable.bookings.steps.seats import live_claims
from bookable.catalog.candidates import needs_of
from bookable.catalog.locking import lock_service
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import NotAllowed, NotFound, SlotTaken, Unforeseen, UnknownDecision
from bookable.schedule.models import Session
from bookable.transactions import Stale, in_transaction


class Decision(models.TextChoices):
    """What becomes of a session that a change hits."""

    KEEP = "keep", _("Keep")
    MOVE = "move", _("Give to somebody else")
    CANCEL = "cancel", _("Cancel")


class Left(NamedTuple):
    """A session that nobody else could take; the refusal says why, and what is free around it."""

    affected: Affected
    refusal: SlotTaken


class Applied(NamedTuple):
    """What became of the sessions that a change hit, as they were before."""

    kept: list[Affected]
    moved: list[Affected]
    cancelled: list[Affected]
    left: list[Left]


def apply_change(
    change: Change,
    decisions: Mapping[SessionLike, Decision | str],
    *,
    default: Decision | str | None = None,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Applied:
    """Makes a change, and does with each session that it hits what was decided, all at once.

    One that is kept stays as it is, and one that is cancelled costs nobody anything. One that is
    moved stays at its time, with others as far as needed; where nobody is free it is kept, and
    told in `left`. What was decided about sessions that are not hit doesn't matter.

    Raises Unforeseen if something is hit on which nothing was decided, unless there is a default.
    Then, as after any other error, nothing is changed. The change may be called more than once.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    bulk = _Bulk(
        change=change,
        decisions={_uuid(one): _decision(decided) for one, decided in decisions.items()},
        default=None if default is None else _decision(default),
        by=by,
        event={"reason": reason, "comment": comment},
        using=using or router.db_for_write(Booking),
    )
    return in_transaction(bulk.run, using=bulk.using)


@dataclass(kw_only=True)
class _Bulk:
    """One attempt after the other, each with everything locked that the last one has come upon."""

    change: Change
    decisions: Mapping[UUID, Decision]
    default: Decision | None
    by: Any
    event: dict[str, str]
    using: str
    services: set[int] = field(default_factory=set)
    providers: set[int] = field(default_factory=set)

    def run(self) -> Applied:
        self._learn_of(self._named())
        for service in sorted(self.services):
            lock_service(service, using=self.using)
        lock_lanes_of(self.providers, using=self.using, wait=True)
        before = misfits(using=self.using)
        self.change()
        decided = self._decided(hit_since(before, using=self.using))
        if self._learn_of((one.session, decision) for one, decision in decided):
            raise Stale  # only under these locks is it sure what the change has met
        return self._settle(decided)

    def _named(self) -> list[tuple[Session, Decision]]:
        rows = Session.objects.using(self.using).filter(uuid__in=list(self.decisions))
        return [(one, self.decisions[one.uuid]) for one in rows.select_related("service")]

    def _learn_of(self, decided: Iterable[tuple[Session, Decision]]) -> bool:
        """Notes whose locks it takes to do what was decided; whether some are new."""
        touched = [(one, decision) for one, decision in decided if decision != Decision.KEEP]
        moved = {one.service for one, decision in touched if decision == Decision.MOVE}
        claims = live_claims([one.pk for one, _decision in touched], self.using)
        providers = set(claims.values_list("provider", flat=True))
        for needs in needs_of(list(moved), self.using).values() if moved else ():
            providers |= {one.provider.pk for need in needs for one in need.candidates}
        known = len(self.services), len(self.providers)
        self.services |= {service.pk for service in moved}
        self.providers |= providers
        return known != (len(self.services), len(self.providers))

    def _decided(self, hit: list[Affected]) -> list[tuple[Affected, Decision]]:
        found = [(one, self.decisions.get(one.session.uuid, self.default)) for one in hit]
        undecided = [one for one, decision in found if decision is None]
        if undecided:
            raise Unforeseen(hit, undecided)
        return [(one, decision) for one, decision in found if decision is not None]

    def _settle(self, decided: Iterable[tuple[Affected, Decision]]) -> Applied:
        done = Applied([], [], [], [])
        by_decision: dict[Decision, list[Affected]] = {decision: [] for decision in Decision}
        for one, decision in decided:
            by_decision[decision].append(one)
        done.kept.extend(by_decision[Decision.KEEP])
        # first, as it makes room for those who move
        for one in by_decision[Decision.CANCEL]:
            self._cancel(one)
            done.cancelled.append(one)
        for one in by_decision[Decision.MOVE]:
            try:
                self._move(one)
            except SlotTaken as refusal:
                done.left.append(Left(one, refusal))
            else:
                done.moved.append(one)
        return done

    def _cancel(self, hit: Affected) -> None:
        actor = self._actor(hit.session)

        def work(session: Session, bookings: list[Booking]) -> None:
            call_off(session, bookings, actor, **self.event)

        with_session(hit.session, work, using=self.using)

    def _move(self, hit: Affected) -> None:
        actor = self._actor(hit.session)
        event = {"actor": actor, "verb": "move_session", **self.event}
        replace_lanes(hit.session, using=self.using, **event)

    def _actor(self, session: Session) -> Actor:
        """Staff, or somebody who serves in the session; NotAllowed for anybody else."""
        try:
            return staff_only(self.by, "bookable.change_session")
        except NotAllowed:
            if not _serves(session, self.by, self.using):
                raise
        return Actor(Role.PROVIDER, self.by)


def _serves(session: Session, user: Any, using: str) -> bool:
    if isinstance(user, Actor) or not (user.is_active and user.is_authenticated):
        return False
    return live_claims([session.pk], using).filter(provider__user=user.pk).exists()


def _uuid(session: SessionLike) -> UUID:
    if isinstance(session, Session):
        return session.uuid
    try:
        return UUID(str(session))
    except ValueError as error:
        raise NotFound(_("session"), session) from error


def _decision(decision: Decision | str) -> Decision:
    try:
        return Decision(decision)
    except ValueError as error:
        raise UnknownDecision(decision) from error
