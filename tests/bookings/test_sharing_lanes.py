"""The lanes of single seats are dealt out, so that each seat has what it needs."""

from __future__ import annotations

import pytest

from bookable.bookings.taking.seat_lanes import shares
from bookable.catalog.candidates import Candidate, NeedOf
from bookable.testing import make_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def need(*providers: int, quantity: int | None = 1) -> NeedOf:
    known = {one.pk: one for one in (make_provider(f"P{key}", pk=key) for key in providers)}
    return NeedOf(tuple(Candidate(known[key]) for key in providers), quantity, per_seat=True)


def test_each_seat_gets_one_of_each_need() -> None:
    assert shares([need(101), need(102)], [101, 102, 101, 102], 2) == [[0, 1], [2, 3]]


def test_a_lane_that_two_needs_could_have_goes_to_the_one_that_has_no_other() -> None:
    wide = need(101, 102)
    narrow = NeedOf(wide.candidates[:1], 1, per_seat=True)
    assert shares([wide, narrow], [101, 102], 1) == [[0, 1]]
    assert [len(share) for share in shares([wide, narrow], [101, 101, 102, 102], 2)] == [2, 2]


def test_what_no_need_asks_for_any_more_is_dealt_out_evenly() -> None:
    assert shares([], [101, 101, 102], 2) == [[0, 2], [1]]


def test_all_of_a_need_go_to_every_seat() -> None:
    assert shares([need(101, 102, quantity=None)], [101, 102, 102, 101], 2) == [[0, 1], [2, 3]]


def test_a_need_of_two_gives_two_to_every_seat() -> None:
    assert shares([need(101, quantity=2), need(102)], [101, 101, 102, 101, 101, 102], 2) == [
        [0, 1, 2],
        [3, 4, 5],
    ]


def test_what_all_seats_share_is_nobodys_own() -> None:
    wide = need(101, 102)
    shared = NeedOf(wide.candidates[:1], 1)
    assert shares([shared, wide], [101, 102], 2) == [[0], [1]]
