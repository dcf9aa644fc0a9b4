"""What this practice agrees on with its customers."""

from __future__ import annotations

from typing import Any

from bookable.bookings.deposits import DepositRequest, ServiceDeposit
from bookable.bookings.policies import StandardTerms, Terms, TermsRequest
from bookable.money import Money


class StricterForGroups(Terms):
    """Groups must know a week ahead, everybody else a day."""

    def __init__(self, seats: int = 5) -> None:
        self.seats = seats
        self.few, self.many = StandardTerms(free_hours=24), StandardTerms(free_hours=7 * 24)

    def agree(self, request: TermsRequest) -> dict[str, Any]:
        terms = self.many if request.seats >= self.seats else self.few
        return terms.agree(request)


class DearerOnSaturdays(ServiceDeposit):
    """Twice the deposit for what takes place on a Saturday."""

    def deposit(self, request: DepositRequest) -> Money:
        deposit = super().deposit(request)
        return deposit * 2 if request.start.weekday() == 5 else deposit
