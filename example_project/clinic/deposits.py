"""How much is paid in advance: a socket of the library, filled by a class of the site's own."""

from __future__ import annotations

from bookable.bookings.deposits import Deposit, DepositRequest
from bookable.money import Money


class AtTheDesk(Deposit):
    """Everybody pays when they come, whatever the service says."""

    def due_now(self, request: DepositRequest) -> Money:
        return Money.zero(request.total.currency)
