"""What the hammer strikes: small worlds in which everybody wants the same few things at once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.concurrency import waiting_lists as waiting

from bookable.bookings.apply_change import apply_change
from bookable.bookings.audit_limits import find_limit_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.reschedule import reschedule
from bookable.catalog.models import Offering, Provider, Service
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.models import Claim, TimeOff
from bookable.schedule.remove_time_off import remove_time_off
from bookable.testing import (
    NothingToDo,
    everyday_blows,
    make_extra,
    make_need,
    make_pool,
    make_provider,
    make_service,
    set_weekly_hours,
)
from bookable.testing.blows import any_booking, somebody
from bookable.testing.hammer import Blow
from bookable.timeline import clock

ALL_DAY = ("00:00-24:00",)


@dataclass(frozen=True)
class World:
    """Blows to strike with, and what must hold afterwards beside what always must."""

    blows: Sequence[Blow]
    verdict: Callable[[], None] = lambda: None


def first_start() -> datetime:
    """A whole hour in two days."""
    return clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


def starts(minutes: int, many: int) -> list[datetime]:
    return [first_start() + timedelta(minutes=minutes * number) for number in range(many)]


def taking(service: Service, times: Sequence[datetime], **options: object) -> Blow:
    def take(chance: random.Random) -> None:
        held = hold(service, chance.choice(times), customer=somebody(chance), **options)
        confirm(held)

    return take


def cancelling(chance: random.Random) -> None:
    cancel(any_booking(chance))


def tidying(_chance: random.Random) -> None:
    if not expire_due(limit=10):
        raise NothingToDo


def moving(times: Sequence[datetime]) -> Blow:
    def move(chance: random.Random) -> None:
        reschedule(any_booking(chance), chance.choice(times))

    return move


def same_slot(attempts: int) -> World:
    """Everybody wants the same start, then all want the next one."""
    service = make_service(duration=10)
    make_provider(offers=service, hours=ALL_DAY)
    numbers = itertools.count()
    times = starts(10, attempts // 32 + 1)

    def take(chance: random.Random) -> None:
        confirm(hold(service, times[next(numbers) // 32], customer=somebody(chance)))

    return World([take])


def partial_overlaps(attempts: int) -> World:
    """Lengths and buffers differ, and so nearly everything overlaps something."""
    ann = make_provider(hours=ALL_DAY)
    blows = []
    for duration, before, after in ((30, 0, 10), (60, 15, 0), (85, 5, 20)):
        service = make_service(
            duration=duration, slot_interval=5, buffer_before=before, buffer_after=after
        )
        Offering.objects.create(service=service, provider=ann)
        blows.append(taking(service, starts(5, 200)))
    return World([*blows, *blows, cancelling])


def group_seats(attempts: int) -> World:
    """Twos and threes join classes of five."""
    service = make_service(capacity=5)
    make_provider(offers=service, hours=ALL_DAY)
    times = starts(60, 6)
    joins = [taking(service, times, seats=many) for many in (1, 2, 3)]
    return World([*joins, *joins, cancelling])


def several_needs(attempts: int) -> World:
    """Staff and rooms are taken together, named in either order."""
    people = [make_provider(f"Person {number}", hours=ALL_DAY) for number in range(3)]
    rooms = [make_provider(f"Room {number}", kind="room", hours=ALL_DAY) for number in range(2)]
    blows = []
    for first, second in ((people, rooms), (rooms, people)):
        service = make_service()
        make_need(service, *first)
        make_need(service, *second)
        blows.append(taking(service, starts(60, 8)))
    return World([*blows, *blows, *blows, cancelling])


def crossing_moves(attempts: int) -> World:
    """Bookings move onto one another's times."""
    service = make_service()
    for number in range(2):
        make_provider(f"Person {number}", offers=service, hours=ALL_DAY)
    times = starts(60, 12)
    return World([taking(service, times), *[moving(times)] * 3])


def expiring_holds(attempts: int) -> World:
    """Holds run out while they are confirmed, and while others want their time."""
    service, others = make_service(), make_service(capacity=3)
    make_provider(offers=[service, others], hours=ALL_DAY)
    times = starts(60, 20)

    def take(chance: random.Random) -> None:
        wanted = chance.choice([service, others])
        held = hold(
            wanted, chance.choice(times), customer=somebody(chance), minutes=chance.random() / 500
        )
        if chance.random() < 0.7:
            confirm(held)

    return World([take, take, take, tidying, cancelling])


def emptied_classes(attempts: int) -> World:
    """The last one leaves while somebody joins."""
    service = make_service(capacity=3)
    make_provider(offers=service, hours=ALL_DAY)
    times = starts(60, 4)
    return World([taking(service, times), cancelling, moving(times)])


def large_pool(attempts: int) -> World:
    """One of five hundred, and now and then a certain one of them."""
    service = make_service()
    providers = Provider.objects.bulk_create(
        Provider(name=f"Person {number}", slug=f"person-{number}", zone="UTC")
        for number in range(500)
    )
    Offering.objects.bulk_create(
        Offering(service=service, provider=provider) for provider in providers
    )
    times = starts(60, 8)
    for provider in providers:
        set_weekly_hours(provider, *ALL_DAY, weekdays={time.weekday() for time in times})

    def certain(chance: random.Random) -> None:
        who = chance.choice(providers[:20])
        confirm(hold(service, chance.choice(times), customer=somebody(chance), provider=who))

    return World([taking(service, times), taking(service, times), certain, cancelling])


def limits_across_providers(attempts: int) -> World:
    """A service, its providers and each customer may have only so many."""
    service = make_service(
        duration=30, max_per_day=5, max_per_provider_day=3, max_per_customer=2, max_per_week=12
    )
    for number in range(4):
        make_provider(f"Person {number}", offers=service, hours=ALL_DAY)
    times = starts(30, 200)

    def take(chance: random.Random) -> None:
        confirm(hold(service, chance.choice(times), customer=one_of_few(chance)))

    return World([take, take, cancelling, moving(times)], nothing_overrun)


def one_of_few(chance: random.Random) -> Customer:
    """So few that they come up against their own limit."""
    return somebody(random.Random(chance.randrange(8)))


def nothing_overrun() -> None:
    faults = find_limit_faults()
    assert not faults, faults[:5]


def time_off_beside_holds(attempts: int) -> World:
    """Somebody goes away only where nobody was booked at the moment it was decided."""
    service = make_service()
    ann = make_provider(offers=service, hours=ALL_DAY)
    times = starts(60, 60)

    def go_away(chance: random.Random) -> None:
        start = chance.choice(times)
        apply_change(lambda: add_time_off(ann, start, start + timedelta(minutes=30)), {})

    def come_back(chance: random.Random) -> None:
        some = list(TimeOff.objects.all()[:20])
        if not some:
            raise NothingToDo
        remove_time_off(chance.choice(some))

    def verdict() -> None:
        for away in TimeOff.objects.all():
            inside = Claim.objects.filter(
                provider=ann, released_at=None, start__lt=away.end, end__gt=away.start
            )
            assert not inside.exists(), away

    return World([taking(service, times), go_away, come_back, cancelling], verdict)


def overlapping_pools(attempts: int) -> World:
    """Two of the nurses and one of those who may also be a nurse."""
    people = [make_provider(f"Person {number}", hours=ALL_DAY) for number in range(5)]
    nurses, helpers = make_pool("Nurses", *people[:4]), make_pool("Helpers", *people[2:])
    service = make_service()
    make_need(service, pool=nurses, quantity=2)
    make_need(service, pool=helpers)
    single = make_service()
    make_need(single, pool=helpers)
    times = starts(60, 6)
    takes = [taking(service, times), taking(single, times)]
    return World([*takes, *takes, *takes, cancelling, moving(times)])


def waiting_lists(attempts: int) -> World:
    """What others leave is offered to those who wait, who accept it, move up, or wait too long."""
    people = [make_provider(f"Person {number}", hours=ALL_DAY) for number in range(2)]
    plain, course, ride = make_service(), make_service(capacity=3), make_service(capacity=4)
    for service in (plain, course):
        Offering.objects.create(service=service, provider=people[0])
    make_need(ride, people[1])
    make_need(ride, make_provider("Bikes", units=3, hours=ALL_DAY), per_seat=True)
    services, times = [plain, course, ride], starts(60, 8)
    takes = [taking(service, times, seats=1) for service in services]
    waits = [waiting.joining(services, times)] * 4
    answers = [waiting.answering, waiting.answering, waiting.running_out, waiting.looking]
    leaves = [cancelling, cancelling, moving(times), waiting.leaving, tidying]
    return World([*takes, *waits, *answers, *leaves], waiting.verdict)


def limits_while_waiting(attempts: int) -> World:
    """Whoever waits may have one booking, and the towels are two, whoever leaves at that moment."""
    service = make_service(max_per_customer=1)
    for number in range(3):
        make_provider(f"Person {number}", offers=service, hours=ALL_DAY)
    make_extra(service, slug="towel", stock=2)
    times = starts(60, 4)

    def take(chance: random.Random) -> None:
        extras = ["towel"] if chance.random() < 0.5 else []
        confirm(hold(service, chance.choice(times), customer=one_of_few(chance), extras=extras))

    waits = [waiting.joining([service], times, who=one_of_few)] * 2
    answers = [waiting.answering, waiting.answering, waiting.looking]
    return World([take, take, *waits, *answers, cancelling, cancelling], nothing_overrun)


def everyday(attempts: int) -> World:
    """All kinds of services and all verbs, as a site would strike its own."""
    people = [make_provider(f"Person {number}", hours=ALL_DAY) for number in range(3)]
    plain = make_service("Plain", duration=45, slot_interval=15, buffer_after=10)
    course = make_service("Course", capacity=4)
    for service, provider in itertools.product((plain, course), people):
        Offering.objects.create(service=service, provider=provider)
    return World(everyday_blows([plain, course]))


SCENARIOS: dict[str, Callable[[int], World]] = {
    made.__name__: made
    for made in (
        same_slot,
        partial_overlaps,
        group_seats,
        several_needs,
        crossing_moves,
        expiring_holds,
        emptied_classes,
        large_pool,
        limits_across_providers,
        time_off_beside_holds,
        overlapping_pools,
        waiting_lists,
        limits_while_waiting,
        everyday,
    )
}
