"""The jobs, and the worker that runs them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management.base import CommandError

from bookable import jobs
from bookable.bookings.hold import hold
from bookable.models import State
from bookable.testing import freeze, make_customer, make_provider, make_service

Call = Callable[..., str]


@pytest.fixture
def alone() -> Iterator[None]:
    """No other job is registered."""
    before = dict(jobs._jobs)
    jobs._jobs.clear()
    yield
    jobs._jobs.clear()
    jobs._jobs.update(before)


def fail() -> int:
    raise RuntimeError("The lights went out.")


def test_the_jobs_of_the_library_are_registered_in_their_order() -> None:
    assert jobs.names() == [
        "close_payments",
        "settle_orders",
        "submit_refunds",
        "process_webhooks",
        "expire_due",
        "decide_minimums",
        "remind_of_balances",
        "cancel_unpaid",
        "free_unchecked",
        "purge_messages",
        "offer_waiting",
    ]


@pytest.mark.usefixtures("alone")
def test_every_job_says_how_much_it_did() -> None:
    jobs.register(lambda: 3, name="three")
    jobs.register(lambda: 0, name="none")
    assert jobs.run_due() == {"three": 3, "none": 0}


@pytest.mark.usefixtures("alone")
def test_a_job_that_fails_is_logged_and_keeps_no_other_from_running(
    caplog: pytest.LogCaptureFixture,
) -> None:
    jobs.register(fail, name="broken")
    jobs.register(lambda: 1, name="other")
    assert jobs.run_due() == {"other": 1}
    [record] = caplog.records
    assert "broken" in record.getMessage()
    assert record.exc_info is not None


@pytest.mark.usefixtures("alone")
def test_a_later_job_takes_the_place_of_one_of_the_same_name() -> None:
    jobs.register(lambda: 1, name="same")
    jobs.register(lambda: 2, name="same")
    assert jobs.run_due() == {"same": 2}
    jobs.forget("same")
    assert jobs.names() == []


@pytest.mark.django_db
def test_one_round_does_what_is_due(call: Call) -> None:
    service = make_service()
    make_provider(offers=service)
    with freeze("2030-03-04 08:00") as clock:
        start = datetime(2030, 3, 4, 10, tzinfo=UTC)
        booking = hold(service, start, customer=make_customer(), minutes=10)
        assert call("bookable_work", "--once") == ""
        clock.tick(timedelta(minutes=10))
        assert call("bookable_work", "--once") == "expire_due: 1"
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED


@pytest.mark.django_db
@pytest.mark.usefixtures("alone")
def test_one_round_ends_badly_if_a_job_failed(call: Call) -> None:
    jobs.register(fail, name="broken")
    with pytest.raises(CommandError, match="broken"):
        call("bookable_work", "--once")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_the_round_in_which_it_is_told_to_end(
    call: Call, number: signal.Signals
) -> None:
    rounds: list[str] = []

    def told_within_the_second() -> int:
        rounds.append("begun")
        if len(rounds) == 3:
            os.kill(os.getpid(), number)
            rounds.append("ended")
        return 1

    jobs.register(told_within_the_second, name="first")
    jobs.register(lambda: 2, name="last")
    before = signal.getsignal(number)
    said = call("bookable_work", "--interval", 1)
    assert rounds == ["begun"] * 3 + ["ended"]
    assert said.splitlines() == ["first: 1", "last: 2"] * 3
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("seconds", ["nan", "inf", "-5", "0", "0.9"])
def test_a_worker_without_a_pause_is_refused(call: Call, seconds: str) -> None:
    with pytest.raises(CommandError, match=r"^Give an interval of at least one second\.$"):
        call("bookable_work", f"--interval={seconds}", "--once")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone")
def test_a_worker_that_waits_hears_that_it_is_to_end(call: Call) -> None:
    jobs.register(lambda: 0, name="idle")
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    begun = time.monotonic()
    call("bookable_work", "--interval", 600)
    assert time.monotonic() - begun < 10
