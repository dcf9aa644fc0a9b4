"""System checks: what is wrong with a site before a customer finds out; each with an id."""

from __future__ import annotations

from bookable.checks.payments import check_payments, check_payments_for_deployment
from bookable.checks.site import check_databases, check_settings, database_problems

__all__ = [
    "check_databases",
    "check_payments",
    "check_payments_for_deployment",
    "check_settings",
    "database_problems",
]
