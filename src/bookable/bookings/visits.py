"""Several bookings of one order, one after the other on the same lane."""

from __future__ import annotations

from datetime import timedelta

from bookable.schedule.models import Claim, Session


def restore_buffers(left: Session, order: int) -> None:
    """Gives those of an order who stay the buffers that fell away beside a released session.

    That time was the visit's own until this moment, so nobody else can be in it.
    """
    using = left._state.db
    if left.released_at is None:
        return
    stay = Claim.objects.using(using).filter(
        session__bookings__order=order, session__bookings__freed_at=None, released_at=None
    )
    neighbours = list(stay.select_related("session__service").distinct())
    if not neighbours:
        return
    for freed in Claim.objects.using(using).filter(session=left):
        for claim in neighbours:
            if (claim.provider_id, claim.unit) == (freed.provider_id, freed.unit):
                _widen(claim, freed)


def _widen(claim: Claim, freed: Claim) -> None:
    """As far as the claim's own buffers and the freed time reach."""
    service, session = claim.session.service, claim.session
    if claim.start == freed.end:
        claim.start = max(freed.start, session.start - timedelta(minutes=service.buffer_before))
    elif claim.end == freed.start:
        claim.end = min(freed.end, session.end + timedelta(minutes=service.buffer_after))
    else:
        return
    claim.save(using=claim._state.db, update_fields=["start", "end"])
