from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from bookable.bookings.policies import Agreed, StandardTerms, Step, Terms, TermsRequest, terms
from bookable.bookings.quoting import (
    Quote,
    cancellation_quote,
    no_show_fee,
    reschedule_refusal,
    terms_text,
)
from bookable.bookings.states import State
from bookable.catalog.models import Service
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money

START = datetime(2026, 3, 4, 9, tzinfo=UTC)
FIFTY = Money(5000, "EUR")
MOMENT = timedelta(microseconds=1)
#: Free until a day before, half until two hours before.
USUAL = StandardTerms(free_hours=24, steps=[(2, 50)]).agreed


class Lenient(Terms):
    """A site's own."""

    def agree(self, request: TermsRequest) -> dict[str, Any]:
        return Agreed(no_show_percent=request.seats).json()


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def quoted(
    agreed: Agreed,
    before: timedelta,
    *,
    total: Money = FIFTY,
    zone: str = "Europe/Berlin",
    state: str = State.CONFIRMED,
) -> Quote:
    return cancellation_quote(
        agreed, total=total, start=START, at=START - before, zone=zone, state=state
    )


def lost(agreed: Agreed, before: timedelta, **asked: Any) -> int:
    return quoted(agreed, before, **asked).fee.amount


def read_before_booking(agreed: Agreed, total: Money = FIFTY, at: datetime | None = None) -> str:
    return terms_text(agreed, total=total, start=START, zone="Europe/Berlin", at=at)


def movable(agreed: Agreed, before: timedelta, moves: int = 0) -> str | None:
    return reschedule_refusal(agreed, start=START, moves=moves, at=START - before)


def request(**fields: Any) -> TermsRequest:
    return TermsRequest(**{"service": Service(), "start": START, "total": FIFTY, **fields})


def test_without_options_cancelling_is_free_until_the_start_and_not_coming_costs_all() -> None:
    assert StandardTerms().agreed == Agreed(free_minutes=0, no_show_percent=100)


def test_terms_are_kept_as_json() -> None:
    kept = StandardTerms(
        free_hours=24,
        steps=[(2, 50)],
        late_percent=10,
        fee=500,
        reschedule_hours=12,
        reschedule_limit=3,
        no_show_percent=80,
    ).agree(request())
    assert json.loads(json.dumps(kept)) == {
        "version": 1,
        "cancellation": {
            "free_minutes": 1440,
            "steps": [{"minutes": 120, "refund_percent": 50}],
            "late_percent": 10,
            "fee": 500,
        },
        "reschedule": {"minutes": 720, "limit": 3, "reprice": False},
        "no_show": {"fee_percent": 80},
    }


@given(
    st.builds(
        Agreed,
        free_minutes=st.none() | st.integers(0, 9999),
        steps=st.lists(st.builds(Step, st.integers(0, 9999), st.integers(0, 100))).map(tuple),
        late_percent=st.integers(0, 100),
        fee=st.integers(0, 9999),
        reschedule_minutes=st.integers(0, 9999),
        reschedule_limit=st.none() | st.integers(0, 9),
        no_show_percent=st.integers(0, 100),
    )
)
def test_what_is_kept_is_read_as_it_was_agreed(agreed: Agreed) -> None:
    assert Agreed.read(json.loads(json.dumps(agreed.json()))) == agreed


@pytest.mark.parametrize("policy", [{}, {"approval": {}}, {"cancellation": {}, "no_show": None}])
def test_where_nothing_was_agreed_everything_is_free(policy: dict[str, Any]) -> None:
    agreed = Agreed.read(policy)
    assert quoted(agreed, MOMENT).refund == FIFTY
    assert movable(agreed, MOMENT, moves=99) is None
    assert no_show_fee(agreed, FIFTY) == Money(0, "EUR")


def test_a_policy_that_tells_only_steps_is_free_within_them_alone() -> None:
    agreed = Agreed.read({"cancellation": {"steps": [{"minutes": 60, "refund_percent": 40}]}})
    assert agreed.free_minutes is None
    assert (lost(agreed, hours(2)), lost(agreed, hours(0.5))) == (3000, 5000)


def test_steps_alone_say_what_is_free() -> None:
    assert StandardTerms(steps=[(24, 100), (2, 50)]).agreed == USUAL
    assert StandardTerms(steps=[[2, 50], [24, 100]]).agreed == USUAL  # type: ignore[list-item]


def test_without_a_step_of_all_nothing_is_free() -> None:
    assert StandardTerms(steps=[(24, 90), (2, 50)], fee=1).agreed.free_minutes is None


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"free_hours": -1}, "“free_hours” must be a whole number of at least 0, not -1"),
        ({"free_hours": True}, "“free_hours”"),
        ({"free_hours": "24"}, "“free_hours”"),
        ({"reschedule_hours": 1.5}, "“reschedule_hours”"),
        ({"reschedule_limit": -1}, "“reschedule_limit”"),
        ({"no_show_percent": 101}, "“no_show_percent” must be a whole number from 0 to 100"),
        ({"no_show_percent": None}, "“no_show_percent”"),
        ({"free_hours": 24, "late_percent": 101}, "“late_percent”"),
        ({"free_hours": 24, "fee": -5}, "“fee”"),
        ({"steps": 24}, "“steps” must list pairs"),
        ({"steps": [24, 50]}, "“steps” must list pairs"),
        ({"steps": [(24, 50, 1)]}, "“steps” must list pairs"),
        ({"steps": [(24, 101)]}, "per cent” must be"),
        ({"steps": [("24", 50)]}, "hours” must be"),
        ({"steps": [(24, 50), (24, 40)]}, "names 24 hours twice"),
        ({"steps": [(24, 50), (2, 60)]}, "must give back less"),
        ({"steps": [(24, 50), (2, 50)]}, "must give back less"),
        ({"free_hours": 24, "steps": [(24, 50)]}, "the step of 24 hours never applies"),
        ({"fee": 500}, "“fee” and “late_percent” never apply"),
        ({"late_percent": 10}, "“fee” and “late_percent” never apply"),
        ({"steps": [(0, 50)], "late_percent": 10}, "“late_percent” never applies"),
        ({"steps": [(2, 50)], "late_percent": 60}, "more than the last step"),
    ],
)
def test_terms_that_can_not_be_meant_are_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        StandardTerms(**options)


def test_the_site_chooses_the_terms() -> None:
    with override_settings(BOOKABLE={"CANCELLATION": f"{__name__}.Lenient"}):
        assert terms().agree(request(seats=3))["no_show"] == {"fee_percent": 3}


def test_the_choice_follows_the_settings_and_is_made_once() -> None:
    spec = {"BACKEND": "bookable.bookings.policies.StandardTerms", "OPTIONS": {"free_hours": 5}}
    with override_settings(BOOKABLE={"CANCELLATION": spec}):
        assert terms() is terms()
        assert terms().agree(request())["cancellation"]["free_minutes"] == 300
    assert terms().agree(request())["cancellation"]["free_minutes"] == 0


def test_a_class_of_another_kind_is_refused() -> None:
    with (
        override_settings(BOOKABLE={"CANCELLATION": "datetime.date"}),
        pytest.raises(Misconfigured, match="CANCELLATION"),
    ):
        terms()


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        request(start=datetime(2026, 3, 2))  # noqa: DTZ001


def test_the_base_agrees_to_nothing_itself() -> None:
    with pytest.raises(NotImplementedError):
        Terms().agree(request())


def test_cancelling_is_free_until_the_very_moment_of_the_deadline() -> None:
    assert (lost(USUAL, hours(24)), lost(USUAL, hours(24) - MOMENT)) == (0, 2500)
    assert (lost(USUAL, hours(2)), lost(USUAL, hours(2) - MOMENT)) == (2500, 5000)


def test_a_quote_tells_until_when_it_holds() -> None:
    assert quoted(USUAL, hours(48)).deadline == START - hours(24)
    assert quoted(USUAL, hours(24)).deadline == START - hours(24)
    assert quoted(USUAL, hours(23)).deadline == START - hours(2)


def test_a_quote_that_can_not_get_worse_has_no_deadline() -> None:
    assert quoted(USUAL, hours(1)).deadline is None
    assert quoted(USUAL, -hours(1)).deadline is None


def test_what_something_is_given_back_for_until_the_start_ends_with_it() -> None:
    agreed = StandardTerms(free_hours=24, late_percent=20).agreed
    assert (lost(agreed, MOMENT), quoted(agreed, MOMENT).deadline) == (4000, START)


@pytest.mark.parametrize("after", [timedelta(0), hours(1)])
@pytest.mark.parametrize(
    "agreed", [Agreed(), USUAL, StandardTerms(free_hours=None, late_percent=100).agreed]
)
def test_after_the_start_nothing_is_given_back(agreed: Agreed, after: timedelta) -> None:
    assert quoted(agreed, -after).fee == FIFTY


def test_a_flat_fee_is_charged_whenever_it_is_not_free() -> None:
    agreed = StandardTerms(free_hours=48, steps=[(24, 100), (2, 50)], fee=700).agreed
    assert [lost(agreed, hours(left)) for left in (48, 24, 2, 1)] == [0, 700, 3200, 5000]


def test_cancelling_may_never_be_free() -> None:
    agreed = StandardTerms(free_hours=None, late_percent=100, fee=700).agreed
    assert (lost(agreed, hours(9999)), lost(agreed, MOMENT)) == (700, 700)


def test_a_site_may_agree_to_something_unusual() -> None:
    cheaper_later = Agreed(None, (Step(120, 0),), late_percent=100)
    assert quoted(cheaper_later, hours(3)).deadline == START - hours(2)
    assert "25.00" not in quoted(Agreed(60, (Step(120, 50),)), hours(3)).text


def test_a_step_may_last_until_the_start() -> None:
    agreed = StandardTerms(free_hours=24, steps=[(0, 50)]).agreed
    assert (lost(agreed, MOMENT), quoted(agreed, MOMENT).deadline) == (2500, START)


def test_steps_that_cost_the_same_are_one() -> None:
    agreed = StandardTerms(free_hours=None, steps=[(24, 99), (2, 98)]).agreed
    assert quoted(agreed, hours(48), total=Money(1, "JPY")).deadline == START - hours(2)


@pytest.mark.parametrize("state", [State.HELD, State.REQUESTED])
def test_what_is_not_confirmed_is_given_up_at_no_cost(state: str) -> None:
    for left in (hours(1), -hours(1)):
        quote = quoted(USUAL, left, state=state)
        assert (quote.refund, quote.fee, quote.deadline) == (FIFTY, Money(0, "EUR"), None)
        assert quote.text == "You can cancel free of charge."


def test_what_costs_nothing_is_cancelled_at_no_cost() -> None:
    quote = quoted(StandardTerms(free_hours=None, fee=500).agreed, hours(1), total=Money(0, "EUR"))
    assert (quote.fee.amount, quote.deadline) == (0, START)
    assert quote.text == "Until Wed, March 4, 2026, 10 a.m., you can cancel free of charge."


@given(
    st.builds(Money, st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "KWD"])),
    st.builds(
        lambda percent, late, fee: Agreed(1440, (Step(120, percent),), late, fee),
        st.integers(0, 100),
        st.integers(0, 100),
        st.integers(0, 10**4),
    ),
    st.integers(-3, 30),
)
def test_fee_and_refund_are_the_price(total: Money, agreed: Agreed, left: int) -> None:
    quote = quoted(agreed, hours(left), total=total)
    assert quote.fee + quote.refund == total
    assert Money.zero(total.currency) <= quote.fee <= total


def test_what_is_given_back_is_rounded_half_up() -> None:
    for total in (Money(5001, "EUR"), Money(333, "JPY"), Money(1001, "KWD")):
        assert quoted(USUAL, hours(3), total=total).refund == total.percent(50)


def test_a_customer_reads_what_it_costs_and_what_it_will_cost() -> None:
    assert quoted(USUAL, hours(48)).text == (
        "Until Tue, March 3, 2026, 10 a.m., you can cancel free of charge. "
        "After that and until Wed, March 4, 2026, 8 a.m., you lose 25.00 EUR of 50.00 EUR. "
        "After that, you lose the full price of 50.00 EUR."
    )


def test_a_customer_reads_nothing_of_what_has_passed() -> None:
    assert quoted(USUAL, hours(3)).text == (
        "Until Wed, March 4, 2026, 8 a.m., you lose 25.00 EUR of 50.00 EUR if you cancel. "
        "After that, you lose the full price of 50.00 EUR."
    )
    assert quoted(Agreed(), hours(1)).text.endswith("you can cancel free of charge.")
    assert quoted(USUAL, hours(1)).text == ("If you cancel, you lose the full price of 50.00 EUR.")
    assert quoted(USUAL, -MOMENT).text == ("It has begun, so you lose the full price of 50.00 EUR.")


def test_a_customer_reads_what_is_left_of_the_price() -> None:
    agreed = StandardTerms(free_hours=24, late_percent=20).agreed
    assert quoted(agreed, hours(48)).text.endswith("After that, you lose 40.00 EUR of 50.00 EUR.")
    assert quoted(agreed, hours(1)).text == "If you cancel, you lose 40.00 EUR of 50.00 EUR."


def test_a_deadline_is_told_in_the_zone_that_was_asked_for() -> None:
    assert "Tue, March 3, 2026, 10 p.m." in quoted(USUAL, hours(48), zone="Pacific/Auckland").text


def test_a_quote_is_written_as_dates_are_where_the_customer_lives() -> None:
    with override("de"):
        assert "Di, 3. März 2026 10:00" in quoted(USUAL, hours(48)).text


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        cancellation_quote(
            USUAL,
            total=FIFTY,
            start=START,
            at=datetime(2026, 3, 2),  # noqa: DTZ001
            zone="UTC",
            state=State.CONFIRMED,
        )


def test_not_coming_costs_a_share() -> None:
    assert no_show_fee(StandardTerms(no_show_percent=30).agreed, FIFTY) == Money(1500, "EUR")


def test_a_booking_may_be_moved_until_so_many_hours_before() -> None:
    agreed = StandardTerms(reschedule_hours=12).agreed
    assert movable(agreed, hours(12)) is None
    refusal = "This booking could be moved until 12 hours before its start."
    assert movable(agreed, hours(12) - MOMENT) == refusal


def test_a_limit_in_minutes_is_told_in_minutes() -> None:
    assert movable(Agreed(reschedule_minutes=90), hours(1)) == (
        "This booking could be moved until 90 minutes before its start."
    )


def test_a_booking_may_be_moved_until_its_start() -> None:
    assert movable(StandardTerms().agreed, MOMENT) is None
    assert movable(StandardTerms().agreed, timedelta(0)) == (
        "It has begun, so it can't be moved any more."
    )


def test_a_booking_may_be_moved_so_many_times() -> None:
    agreed = StandardTerms(reschedule_limit=2).agreed
    assert movable(agreed, hours(1), moves=1) is None
    refusal = "This booking was moved 2 times, and it can't be moved again."
    assert movable(agreed, hours(1), moves=2) == movable(agreed, -hours(1), moves=2) == refusal


def test_a_booking_may_never_be_moved() -> None:
    assert movable(StandardTerms(reschedule_limit=0).agreed, hours(99)) == (
        "This booking can't be moved to another time."
    )


def test_the_terms_are_told_before_booking() -> None:
    agreed = StandardTerms(free_hours=24, reschedule_hours=12, reschedule_limit=2).agreed
    assert read_before_booking(agreed) == (
        "Until Tue, March 3, 2026, 10 a.m., you can cancel free of charge. "
        "After that, you lose the full price of 50.00 EUR. "
        "Until Tue, March 3, 2026, 10 p.m., you can move the booking 2 times. "
        "If you don't come, you lose the full price of 50.00 EUR."
    )


def test_terms_are_told_as_they_stand_at_the_time_of_booking() -> None:
    agreed = StandardTerms(free_hours=24, reschedule_hours=12, no_show_percent=80).agreed
    assert read_before_booking(agreed, at=START - hours(1)) == (
        "If you cancel, you lose the full price of 50.00 EUR. "
        "You can't move the booking to another time. "
        "If you don't come, you lose 40.00 EUR of 50.00 EUR."
    )


def test_what_costs_nothing_has_no_terms_about_money() -> None:
    assert read_before_booking(StandardTerms().agreed, Money(0, "EUR")) == (
        "Until Wed, March 4, 2026, 10 a.m., you can cancel free of charge. "
        "Until Wed, March 4, 2026, 10 a.m., you can move the booking to another time."
    )
