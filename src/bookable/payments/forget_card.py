from __future__ import annotations

from contextlib import suppress

from bookable.errors import InvalidRequest
from bookable.payments.gateways import get_gateway
from bookable.payments.models import SavedCard
from bookable.payments.steps.locks import CardLike, card_of, database
from bookable.timeline import clock


def forget_card(card: CardLike, *, using: str | None = None) -> SavedCard:
    """Nobody can charge the card any more: not we, and the gateway doesn't keep it either."""
    alias = database(using)
    mine = card_of(card, alias)
    if mine.forgotten_at is None:
        mine.forgotten_at = clock.now()
        # first, so that nothing is charged if the gateway doesn't answer
        mine.save(using=alias, update_fields=["forgotten_at", "modified"])
    with suppress(InvalidRequest):  # when the gateway doesn't know it any more
        get_gateway(mine.gateway).forget_card(mine.token)
    return mine
