"""Several services, one after the other, as one order."""

from __future__ import annotations

import pytest
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.reschedule import reschedule
from bookable.catalog.models import Provider, Service
from bookable.errors import InvalidQuery, NotAllowed, PriceChanged, SlotTaken
from bookable.models import Booking, Claim, Order, Session, State
from bookable.money import Money
from bookable.testing import (
    assert_never_double_booked,
    make_busy_time,
    make_customer,
    make_extra,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

CLEO = Customer(name="Cleo", email="cleo@example.com")
DAN = Customer(name="Dan", email="dan@example.com")


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def haircut() -> Service:
    return make_service(
        "Haircut", duration=30, slot_interval=5, buffer_before=15, buffer_after=15, price=3000
    )


@pytest.fixture
def massage() -> Service:
    return make_service(
        "Massage", duration=30, slot_interval=5, buffer_before=15, buffer_after=15, price=5000
    )


@pytest.fixture
def ann(haircut: Service, massage: Service) -> Provider:
    return make_provider("Ann", offers=[haircut, massage])


def visit(*items: tuple[Service, str], customer: Customer = CLEO) -> list[Booking]:
    wanted = [Item(service=service, start=at(start)) for service, start in items]
    return hold_visit(wanted, customer=customer)


def taken(provider: Provider) -> list[tuple[str, str]]:
    """When the provider's claims begin and end."""
    live = Claim.objects.filter(provider=provider, released_at=None).order_by("start")
    return [(f"{claim.start:%H:%M}", f"{claim.end:%H:%M}") for claim in live]


# What a visit is


def test_a_visit_is_one_order_that_is_confirmed_as_one(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    first, second = visit((haircut, "10:00"), (massage, "10:30"))
    assert first.order == second.order
    assert first.order.total == Money(8000, "EUR")
    confirm(second)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED


def test_a_visit_comes_in_order_of_time_however_it_was_asked_for(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    bookings = visit((massage, "10:30"), (haircut, "10:00"))
    assert [booking.service for booking in bookings] == [haircut, massage]


def test_the_bookings_of_a_visit_may_be_with_different_providers_and_with_a_gap(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    bob = make_provider("Bob", offers=[haircut, massage])
    wanted = [
        Item(service=haircut, start=at("10:00"), asked={"provider": ann}),
        Item(service=massage, start=at("14:00"), asked={"provider": bob}),
    ]
    hold_visit(wanted, customer=CLEO)
    assert taken(ann) == [("09:45", "10:45")]
    assert taken(bob) == [("13:45", "14:45")]


def test_every_booking_of_a_visit_has_its_own_note_and_extras(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    make_extra(massage, slug="oil", price=200)
    wanted = [
        Item(service=haircut, start=at("10:00"), note="Short, please."),
        Item(service=massage, start=at("10:30"), asked={"extras": ["oil"]}, attendees=["Kim"]),
    ]
    first, second = hold_visit(wanted, customer=CLEO, source="phone", metadata={"desk": 2})
    assert (first.note, second.note) == ("Short, please.", "")
    assert (first.attendees, second.attendees) == ([], ["Kim"])
    assert [row.extra.slug for row in second.booked_extras.all()] == ["oil"]
    assert {(one.source, one.metadata["desk"]) for one in (first, second)} == {("phone", 2)}


def test_two_who_come_together_can_be_served_at_the_same_time(
    haircut: Service, ann: Provider
) -> None:
    bob = make_provider("Bob", offers=haircut)
    visit((haircut, "10:00"), (haircut, "10:00"))
    assert taken(ann) == taken(bob) == [("09:45", "10:45")]


def test_whoever_asks_for_somebody_gets_them_before_one_who_does_not_mind(
    haircut: Service, ann: Provider
) -> None:
    make_provider("Bob", offers=haircut)
    for _ in range(5):
        Booking.objects.filter(state=State.HELD).update(expires_at=at("00:00", 4))
        anybody = Item(service=haircut, start=at("10:00"))
        with_ann = Item(service=haircut, start=at("10:00"), asked={"provider": ann})
        assert len(hold_visit([anybody, with_ann], customer=CLEO)) == 2
        for booking in Booking.objects.filter(state=State.HELD):
            cancel(booking)


def test_nobody_serves_two_of_a_visit_at_once(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    with pytest.raises(SlotTaken):
        visit((haircut, "10:00"), (massage, "10:15"))


def test_a_visit_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidQuery):
        hold_visit([], customer=CLEO)


# All of it or nothing


def test_if_one_can_not_be_had_nothing_is_held_and_the_error_says_which(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    make_busy_time(ann, at("11:00"), at("12:00"))
    with pytest.raises(SlotTaken) as refused:
        visit((haircut, "10:00"), (massage, "11:00"))
    assert (refused.value.service, refused.value.start) == (massage, at("11:00"))
    assert [reason.code for reason in refused.value.reasons] == ["busy"]
    assert at("10:15") in [slot.start for slot in refused.value.nearest]
    assert not Booking.objects.exists()
    assert not Session.objects.exists()
    assert not Claim.objects.exists()
    assert not Order.objects.exists()


def test_if_the_price_of_one_has_changed_nothing_is_held(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    wanted = [
        Item(service=haircut, start=at("10:00"), expected_price=Money(3000, "EUR")),
        Item(service=massage, start=at("10:30"), expected_price=Money(4000, "EUR")),
    ]
    with pytest.raises(PriceChanged):
        hold_visit(wanted, customer=CLEO)
    assert not Booking.objects.exists()


def test_a_customer_can_not_book_a_visit_against_the_rules(
    haircut: Service, ann: Provider, django_user_model: type
) -> None:
    user = django_user_model.objects.create(username="cleo", email="cleo@example.com")
    wanted = [Item(service=haircut, start=at("03:00"))]
    with pytest.raises(NotAllowed):
        hold_visit(wanted, customer=CLEO, by=user, override=["outside_hours"])
    [booking] = hold_visit(wanted, customer=CLEO, override=["outside_hours"])
    assert booking.history.get().data["override"] == ["outside_hours"]


def test_a_limit_counts_what_the_visit_has_already(haircut: Service, ann: Provider) -> None:
    Service.objects.update(max_per_customer=2)
    times = ("10:00", "10:30", "11:00")
    with pytest.raises(SlotTaken) as refused:
        visit(*[(Service.objects.get(pk=haircut.pk), start) for start in times])
    assert refused.value.start == at("11:00")
    assert not Booking.objects.exists()


def test_a_limit_of_the_day_counts_what_the_visit_has_already(
    haircut: Service, ann: Provider
) -> None:
    make_provider("Bob", offers=haircut)
    haircut.max_per_day = 1
    haircut.save()
    with pytest.raises(SlotTaken) as refused:
        visit((haircut, "10:00"), (haircut, "14:00"))
    assert refused.value.start == at("14:00")


def test_the_same_visit_under_one_key_is_held_once(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    wanted = [
        Item(service=haircut, start=at("10:00")),
        Item(service=massage, start=at("10:30")),
    ]
    first = hold_visit(wanted, customer=CLEO, idempotency_key="abc")
    again = hold_visit(wanted, customer=CLEO, idempotency_key="abc")
    assert first == again
    assert Booking.objects.count() == 2


# Buffers


def test_two_of_a_visit_follow_each_other_without_buffers(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    visit((haircut, "10:00"), (massage, "10:30"))
    assert taken(ann) == [("09:45", "10:30"), ("10:30", "11:15")]


def test_two_orders_of_one_customer_keep_their_buffers(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    hold(haircut, at("10:00"), customer=CLEO)
    with pytest.raises(SlotTaken):
        hold(massage, at("10:30"), customer=CLEO)
    with pytest.raises(SlotTaken):
        hold(massage, at("10:55"), customer=CLEO)
    hold(massage, at("11:00"), customer=CLEO)


def test_a_gap_that_is_shorter_than_the_buffers_is_nobody_elses(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    visit((haircut, "10:00"), (massage, "10:40"))
    assert taken(ann) == [("09:45", "10:40"), ("10:40", "11:25")]


def test_once_one_is_cancelled_the_other_has_its_buffer_back(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    first, second = visit((haircut, "10:00"), (massage, "10:30"))
    cancel(second)
    assert taken(ann) == [("09:45", "10:45")]
    cancel(first)
    first, second = visit((haircut, "10:00"), (massage, "10:30"))
    cancel(first)
    assert taken(ann) == [("10:15", "11:15")]


def test_when_the_middle_one_is_cancelled_its_neighbours_share_its_time(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    Service.objects.update(buffer_before=20, buffer_after=20)
    cut, rub = Service.objects.get(pk=haircut.pk), Service.objects.get(pk=massage.pk)
    _first, middle, _last = visit((cut, "10:00"), (rub, "10:30"), (cut, "11:00"))
    cancel(middle)
    assert taken(ann) == [("09:40", "10:50"), ("10:50", "11:50")]
    assert_never_double_booked()


# Moving one of them


def test_one_of_a_visit_can_be_moved_right_beside_the_other(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    _first, second = visit((haircut, "10:00"), (massage, "14:00"))
    reschedule(second, at("10:30"))
    assert taken(ann) == [("09:45", "10:30"), ("10:30", "11:15")]
    assert_never_double_booked()


@pytest.mark.parametrize("start", ["09:30", "09:35", "09:50", "10:30", "10:40", "10:55", "11:05"])
def test_wherever_one_of_a_visit_moves_the_claims_do_not_overlap(
    haircut: Service, massage: Service, ann: Provider, start: str
) -> None:
    first, second = visit((haircut, "10:00"), (massage, "10:30"))
    confirm(first)
    try:
        reschedule(second, at(start))
    except SlotTaken:
        assert start in {"09:35", "09:50"}
    assert_never_double_booked()
    begin, end = Claim.objects.filter(session=first.session, released_at=None).values_list(
        "start", "end"
    )[0]
    assert begin <= at("10:00")
    assert end >= at("10:30")


def test_a_moved_one_leaves_the_other_its_buffer(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    _first, second = visit((haircut, "10:00"), (massage, "10:30"))
    reschedule(second, at("14:00"))
    assert taken(ann) == [("09:45", "10:45"), ("13:45", "14:45")]


def test_somebody_else_keeps_a_distance_from_a_visit(
    haircut: Service, massage: Service, ann: Provider
) -> None:
    visit((haircut, "10:00"), (massage, "10:30"))
    with pytest.raises(SlotTaken):
        hold(haircut, at("11:25"), customer=DAN)
    assert hold(haircut, at("11:30"), customer=DAN).session.start == at("11:30")


def test_those_who_come_together_share_a_class() -> None:
    yoga = make_service("Yoga", capacity=3)
    make_provider("Yogi", offers=yoga)
    wanted = [Item(service=yoga, start=at("10:00")) for _ in range(3)]
    bookings = hold_visit(wanted, customer=make_customer())
    assert len({booking.session_id for booking in bookings}) == 1
    assert Session.objects.get().seats_taken == 3
    assert_never_double_booked()
