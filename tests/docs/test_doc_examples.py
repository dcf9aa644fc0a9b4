"""The examples that the pages include pass their own tests."""

from __future__ import annotations

from practice import test_rules, test_tillbank


class TestLunchBreak(test_rules.LunchBreakTests):
    """Everything that a rule promises."""


class TestClosedForNewBookings(test_rules.ClosedForNewBookingsTests):
    """Everything that a rule promises."""


class TestSaturdayDuty(test_rules.SaturdayDutyTests):
    """Everything that a rule promises."""


class TestTillbank(test_tillbank.TillbankTests):
    """Everything that a gateway promises."""


test_nobody_is_booked_over_lunch = test_rules.test_nobody_is_booked_over_lunch
