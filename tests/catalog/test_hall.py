from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable.catalog.hall import MOST_NEEDS, Demand, compile_demands, satisfied
from bookable.errors import TooManyNeeds

LANES = 6
ALL_LANES = (1 << LANES) - 1
sets_of_lanes = st.integers(0, ALL_LANES)
demands_on_lanes = st.lists(
    st.builds(Demand, lanes=sets_of_lanes, quantity=st.integers(0, 3)), max_size=5
)


def can_be_met(demands: Sequence[Demand], free: int) -> bool:
    """Tries every way to hand out the free lanes."""
    if not demands:
        return True
    first, *others = demands
    mine = [lane for lane in range(LANES) if first.lanes & free & 1 << lane]
    return any(
        can_be_met(others, free & ~sum(1 << lane for lane in chosen))
        for chosen in combinations(mine, first.quantity)
    )


@given(demands_on_lanes, sets_of_lanes)
def test_it_says_yes_exactly_if_the_lanes_can_be_handed_out(
    demands: list[Demand], free: int
) -> None:
    assert satisfied(compile_demands(demands), free) == can_be_met(demands, free)


def test_one_person_can_not_meet_two_needs() -> None:
    compiled = compile_demands([Demand(0b11, 1), Demand(0b11, 1)])
    assert not satisfied(compiled, 0b01)
    assert satisfied(compiled, 0b11)


def test_three_needs_can_starve_though_every_two_of_them_are_fed() -> None:
    compiled = compile_demands([Demand(0b0011, 1), Demand(0b0110, 1), Demand(0b0101, 1)])
    assert not satisfied(compiled, 0b0011)
    assert satisfied(compiled, 0b0111)


def test_nothing_needed_is_always_met() -> None:
    assert satisfied(compile_demands([]), 0)


def test_a_need_without_lanes_is_never_met() -> None:
    assert not satisfied(compile_demands([Demand(0, 1)]), ALL_LANES)


def test_needs_that_share_nobody_are_judged_apart() -> None:
    assert set(compile_demands([Demand(0b0111, 1), Demand(0b111000, 2)])) == {
        (0b0111, 1),
        (0b111000, 2),
    }


def test_a_need_for_all_of_a_big_pool_costs_no_more_than_its_size() -> None:
    everybody = [Demand(1 << lane, 1) for lane in range(40)]
    compiled = compile_demands([*everybody, Demand((1 << 42) - 1, 1)])
    assert len(compiled) == 41
    assert satisfied(compiled, (1 << 41) - 1)
    assert not satisfied(compiled, (1 << 40) - 1)


def test_too_many_needs_that_hang_together_are_refused() -> None:
    chain = [Demand(0b111 << lane, 1) for lane in range(MOST_NEEDS + 1)]
    with pytest.raises(TooManyNeeds):
        compile_demands(chain, limit=MOST_NEEDS)
    compile_demands(chain[:-1], limit=MOST_NEEDS)


def test_any_number_of_needs_that_share_nobody_is_allowed() -> None:
    assert len(compile_demands([Demand(0b11 << 2 * pair, 1) for pair in range(30)])) == 30
