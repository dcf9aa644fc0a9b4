"""Whatever statement a process dies at, a verb has done everything or nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Max
from tests.bookings.conftest import NOW
from tests.bookings.every_verb import JOBS, SCENES, Verb, haircut, held
from tests.bookings.tables import WRITTEN, everything, listening
from tests.bookings.threads import deadlock

from bookable.bookings.audit import find_faults
from bookable.bookings.confirm import confirm
from bookable.errors import TryAgain
from bookable.events import forget_recorder, record_bookings
from bookable.models import Booking, BookingEvent, Guard, State
from bookable.signals import booking_confirmed
from bookable.timeline.clock import FrozenClock
from bookable.transactions import MOST_ATTEMPTS

pytestmark = pytest.mark.django_db(transaction=True)

#: Those that many want at once, and that therefore may lose.
OFTEN_FOUGHT_FOR = (
    "hold_one",
    "hold_seats_with_bikes",
    "hold_several",
    "confirm_one",
    "reschedule_with_a_bike",
    "cancel_what_somebody_waits_for",
    "expire_one",
    "add_two_seats",
    "move_a_class",
    "accept_an_earlier_time",
)

#: What every verb is tried with that may not be stopped halfway: the others on one database.
every_verb = pytest.mark.parametrize(
    "scene",
    [
        name if name in OFTEN_FOUGHT_FOR else pytest.param(name, marks=pytest.mark.once)
        for name in SCENES
    ],
)


class Killed(BaseException):
    """The process is gone; nothing in it has a say any more."""

    def __str__(self) -> str:
        return "killed"


class Killer:
    """Lets statements through until the one that is meant, and kills before or after it."""

    def __init__(self, number: int, *, after: bool, within: bool, error: BaseException) -> None:
        self.left, self.after, self.within, self.error = number, after, within, error
        self.has_struck, self.is_armed = False, True

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.is_armed or self.has_struck or not self._counts(sql):
            return execute(sql, params, many, context)
        self.left -= 1
        if self.left:
            return execute(sql, params, many, context)
        self.has_struck = True
        if self.after:
            execute(sql, params, many, context)
        raise self.error

    def _counts(self, sql: str) -> bool:
        if sql.startswith("BEGIN"):
            # whoever dies right after it leaves it to the database to end what was begun
            return not self.after
        return connection.in_atomic_block or not self.within


@contextmanager
def stopped_at(
    number: int, *, after: bool = False, within: bool = False, error: BaseException | None = None
) -> Iterator[Killer]:
    killer = Killer(number, after=after, within=within, error=error or Killed())
    with connection.execute_wrapper(killer):
        yield killer


@pytest.fixture(autouse=True)
def _recorder(db: None) -> Iterator[None]:
    """What is recorded with an event lasts exactly as long as the event."""

    def note(event: BookingEvent) -> None:
        Guard.objects.using(event._state.db).create(key=f"event {event.pk}")

    with recording(note):
        yield
    # a traceback of the killed keeps its cursor open, and SQLite drops no table meanwhile
    gc.collect()


@contextmanager
def recording(recorder: Callable[[BookingEvent], None]) -> Iterator[None]:
    record_bookings(recorder)
    try:
        yield
    finally:
        forget_recorder(recorder)


@pytest.fixture
def bystander(db: None) -> Iterator[Any]:
    """Another connection, which waits for nobody."""
    other = connection.copy()
    try:
        yield other
    finally:
        other.close()


def assert_nothing_is_left_open(bystander: Any) -> None:
    assert not connection.in_atomic_block
    assert connection.get_autocommit()
    assert connection.run_on_commit == []
    if connection.vendor == "sqlite":
        return  # no other connection sees a database in memory
    bystander.set_autocommit(False)
    with bystander.cursor() as cursor:
        for table in ("provider", "session", "booking", "order", "waitingentry"):
            name = connection.ops.quote_name(f"bookable_{table}")
            cursor.execute(f"SELECT 1 FROM {name} FOR UPDATE NOWAIT")
    bystander.rollback()
    bystander.set_autocommit(True)


def stopped_everywhere(verb: Verb, bystander: Any, **how: Any) -> tuple[int, list[str]]:
    """Before how many statements the verb was stopped until it got through, and what was told.

    What it reads after its commit can't undo anything, so the last time it may be stopped there.
    """
    before = everything()
    with listening() as heard:
        for number in count(1):
            with stopped_at(number, **how) as killer:
                try:
                    verb()
                except Killed:
                    if heard:
                        return number - 1, heard
                else:
                    assert not killer.has_struck, "somebody caught what was meant for nobody"
                    return number - 1, heard
            assert everything() == before
            assert_nothing_is_left_open(bystander)
    raise AssertionError


def assert_killed_at_no_matter_which_statement(verb: Verb, bystander: Any, **how: Any) -> None:
    before = everything()
    statements, heard = stopped_everywhere(verb, bystander, **how)
    assert statements > 3
    assert everything() != before
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []
    events = BookingEvent.objects.count()
    told = [name for name in heard if name != "time_offered"]
    assert len(told) == events - len(before["BookingEvent"])
    assert Guard.objects.filter(key__startswith="event ").count() == events


@every_verb
def test_a_verb_that_is_killed_before_any_statement_has_done_nothing(
    clock: FrozenClock, scene: str, bystander: Any
) -> None:
    assert_killed_at_no_matter_which_statement(SCENES[scene](clock), bystander)


@pytest.mark.parametrize("scene", OFTEN_FOUGHT_FOR)
def test_a_verb_that_is_killed_after_any_statement_has_done_nothing(
    clock: FrozenClock, scene: str, bystander: Any
) -> None:
    assert_killed_at_no_matter_which_statement(SCENES[scene](clock), bystander, after=True)


@pytest.mark.parametrize("error", [Killed(), OperationalError("the server is gone")], ids=str)
@every_verb
def test_a_verb_that_fails_to_commit_has_done_nothing(
    clock: FrozenClock,
    scene: str,
    error: BaseException,
    bystander: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verb = SCENES[scene](clock)
    before = everything()

    def die() -> None:
        connection._rollback()  # as a database does when whoever wrote is gone
        raise error

    with listening() as heard, monkeypatch.context() as patched:
        patched.setattr(connection, "_commit", die)
        # a job logs what is wrong with one row, and goes on with the next
        is_logged = scene in JOBS and isinstance(error, Exception)
        with nullcontext() if is_logged else pytest.raises(type(error)):
            verb()
    connection.run_on_commit = []  # went down with the process
    assert everything() == before
    assert heard == []
    assert_nothing_is_left_open(bystander)


@every_verb
def test_a_verb_that_is_killed_right_after_its_commit_has_done_everything(
    clock: FrozenClock, scene: str, bystander: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    verb = SCENES[scene](clock)
    before = everything()

    def die() -> None:
        connection.run_on_commit = []
        raise Killed

    with listening() as heard, monkeypatch.context() as patched:
        patched.setattr(connection, "run_and_clear_commit_hooks", die)
        with pytest.raises(Killed):
            verb()
    assert everything() != before
    assert heard == []
    assert Guard.objects.filter(key__startswith="event ").count() == BookingEvent.objects.count()
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []


@pytest.mark.parametrize("scene", OFTEN_FOUGHT_FOR)
def test_a_verb_does_all_over_again_what_a_deadlock_undid(
    clock: FrozenClock, scene: str, bystander: Any
) -> None:
    """At each of its statements, in a world of its own."""
    expected = _outcome(clock, scene)
    for number in count(1):
        with stopped_at(number, error=deadlock(), within=True) as killer:
            assert _outcome(clock, scene, killer) == expected
        if not killer.has_struck:
            break
    assert number > 4
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []


def test_a_verb_that_loses_again_and_again_gives_up(clock: FrozenClock, bystander: Any) -> None:
    booking = held(haircut())
    before = everything()
    lost = []

    def lose(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block:
            lost.append(sql)
            raise deadlock()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lose), pytest.raises(TryAgain):
        confirm(booking)
    assert len(lost) == MOST_ATTEMPTS
    assert everything() == before
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []


def test_what_is_no_deadlock_is_not_tried_again(clock: FrozenClock, bystander: Any) -> None:
    booking = held(haircut())
    before = everything()
    full = OperationalError(1114, "The table is full")
    with stopped_at(3, error=full, within=True), pytest.raises(OperationalError, match="full"):
        confirm(booking)
    assert everything() == before
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []


@every_verb
def test_a_recorder_that_fails_undoes_what_it_was_told_of(
    clock: FrozenClock, scene: str, bystander: Any
) -> None:
    verb = SCENES[scene](clock)
    before = everything()

    def fail(_event: BookingEvent) -> None:
        raise LookupError("the outbox is broken")

    with listening() as heard, recording(fail):
        try:
            verb()
        except LookupError:
            assert everything() == before
            assert heard == []
        else:
            assert len(everything()["BookingEvent"]) == len(before["BookingEvent"])
    assert_nothing_is_left_open(bystander)
    assert find_faults() == []


def test_a_receiver_that_fails_breaks_nothing(
    clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    booking = held(haircut())

    def fail(**_payload: object) -> None:
        raise LookupError("the mail server is away")

    booking_confirmed.connect(fail)
    try:
        with listening() as heard:
            assert confirm(booking).state == State.CONFIRMED
    finally:
        booking_confirmed.disconnect(fail)
    assert heard == ["booking_confirmed"]
    assert "the mail server is away" in caplog.text
    assert Booking.objects.get().state == State.CONFIRMED


def test_an_instance_stays_as_it_was_while_its_verb_does_not_get_through(
    clock: FrozenClock,
) -> None:
    booking = held(haircut())
    before = dict(vars(booking))
    for number in count(1):
        try:
            with stopped_at(number):
                confirm(booking)
        except Killed:
            assert vars(booking) == before
        else:
            break
    assert booking.state == State.CONFIRMED


def _outcome(clock: FrozenClock, scene: str, killer: Killer | None = None) -> dict[str, Any]:
    """By how much the verb makes each table grow, and what it has to say about it."""
    clock.move_to(NOW)
    if killer is not None:
        killer.is_armed = False
    verb = SCENES[scene](clock)
    before = _sizes()
    last = BookingEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    if killer is not None:
        killer.is_armed = True
    with listening() as heard:
        verb()
    grown = {name: size - before[name] for name, size in _sizes().items()}
    events = BookingEvent.objects.filter(pk__gt=last).order_by("pk")
    return {
        "rows": grown,
        "events": list(events.values_list("seq", "verb", "before", "after")),
        "told": heard,
    }


def _sizes() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in WRITTEN}
