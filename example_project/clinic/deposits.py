"""How much is paid in advance: a socket of the library, filled by a class of the site's own."""

from __future__ import annotations

from bookable.bookings.deposits import DepositRequest, ServiceDeposit
from bookable.models import PaymentMode
from bookable.money import Money


class DepositsOnly(ServiceDeposit):
    """Where a service asks for a deposit, it is paid online; everything else when they come."""

    def due_now(self, request: DepositRequest) -> Money:
        if request.service.payment != PaymentMode.DEPOSIT:
            return Money.zero(request.total.currency)
        return super().due_now(request)
