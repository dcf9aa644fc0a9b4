"""For sites' own tests: factories, a clock that stands still, suites, and the hammer."""

from __future__ import annotations

from bookable.testing.blows import everyday_blows
from bookable.testing.booking_factories import (
    make_booking,
    make_booking_event,
    make_booking_extra,
    make_customer,
    make_guard,
    make_idempotency_key,
    make_order,
    make_order_line,
    make_series,
    make_waiting_entry,
)
from bookable.testing.clock import freeze
from bookable.testing.factories import (
    make_busy_time,
    make_category,
    make_date_hours,
    make_duration_choice,
    make_extra,
    make_location,
    make_need,
    make_offering,
    make_pool,
    make_provider,
    make_question,
    make_service,
    make_session,
    make_tag,
    make_time_off,
    set_weekly_hours,
)
from bookable.testing.gateways import Company, GatewayContract
from bookable.testing.hammer import NothingToDo, Report, hammer, strike
from bookable.testing.payment_factories import (
    make_payment,
    make_payment_event,
    make_refund,
    make_saved_card,
    make_webhook_event,
)
from bookable.testing.rules import RuleContract
from bookable.testing.verdict import assert_never_double_booked

__all__ = [
    "Company",
    "GatewayContract",
    "NothingToDo",
    "Report",
    "RuleContract",
    "assert_never_double_booked",
    "everyday_blows",
    "freeze",
    "hammer",
    "make_booking",
    "make_booking_event",
    "make_booking_extra",
    "make_busy_time",
    "make_category",
    "make_customer",
    "make_date_hours",
    "make_duration_choice",
    "make_extra",
    "make_guard",
    "make_idempotency_key",
    "make_location",
    "make_need",
    "make_offering",
    "make_order",
    "make_order_line",
    "make_payment",
    "make_payment_event",
    "make_pool",
    "make_provider",
    "make_question",
    "make_refund",
    "make_saved_card",
    "make_series",
    "make_service",
    "make_session",
    "make_tag",
    "make_time_off",
    "make_waiting_entry",
    "make_webhook_event",
    "set_weekly_hours",
    "strike",
]
