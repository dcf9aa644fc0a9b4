from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bookable.models import Provider, Service, Tag
from bookable.testing import RuleContract, freeze, make_provider, make_service


class LunchBreakTests(RuleContract):
    rule = "practice.rules.LunchBreak"
    options = {"start": "12:00", "end": "13:00"}


class ClosedForNewBookingsTests(RuleContract):
    rule = "practice.rules.ClosedForNewBookings"
    options = {"at": "18:00"}


class SaturdayDutyTests(RuleContract):
    rule = "practice.rules.SaturdayDuty"
    options = {"tag": "saturday"}

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        tag, _ = Tag.objects.get_or_create(name="Saturday", slug="saturday")
        tag.providers.add(*providers)


def test_nobody_is_booked_over_lunch(db, settings):
    settings.BOOKABLE = {
        "RULESETS": {
            "practice": [
                "bookable.availability.rules.WeeklyHours",
                "practice.rules.LunchBreak",
            ]
        }
    }
    consultation = make_service(rule_set="practice")
    make_provider("Ann", offers=consultation, hours=["09:00-17:00"])
    noon = datetime(2027, 3, 2, 12, tzinfo=UTC)
    with freeze("2027-03-01 08:00"):
        assert [reason.code for reason in consultation.explain(noon)] == ["lunch_break"]
