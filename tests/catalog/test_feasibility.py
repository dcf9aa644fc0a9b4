from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable.catalog.candidates import Candidate, NeedOf
from bookable.catalog.feasibility import NamedNeed, check_feasible
from bookable.catalog.models import Provider
from bookable.errors import ImpossibleNeeds, TooManyNeeds

UNITS = (1, 1, 2)
PEOPLE = [
    Candidate(Provider(pk=key, name=f"P{key}", units=units)) for key, units in enumerate(UNITS, 1)
]
ANN, BOB, TWINS = PEOPLE

some_needs = st.lists(
    st.builds(
        NeedOf,
        candidates=st.sets(st.sampled_from(range(3)), min_size=1).map(
            lambda chosen: tuple(PEOPLE[index] for index in sorted(chosen))
        ),
        quantity=st.sampled_from([None, 1, 2]),
    ),
    max_size=3,
)


def named(*needs: NeedOf) -> list[NamedNeed]:
    return [NamedNeed(f"need {index}", need) for index, need in enumerate(needs)]


def can_be_staffed(needs: Sequence[NeedOf]) -> bool:
    """Tries every order in which single places could be given to single lanes."""
    lanes = [person for person in PEOPLE for _unit in range(person.provider.units)]
    places: list[Sequence[Candidate]] = []
    for need in needs:
        if need.quantity is None:
            places += [[person] for person in need.candidates]
        else:
            places += [need.candidates] * need.quantity
    return len(places) <= len(lanes) and any(
        all(lane in place for lane, place in zip(order, places, strict=False))
        for order in permutations(lanes, len(places))
    )


def is_feasible(needs: Sequence[NeedOf]) -> bool:
    try:
        check_feasible(named(*needs))
    except ImpossibleNeeds:
        return False
    return True


@given(some_needs)
def test_needs_pass_exactly_if_they_can_be_staffed(needs: list[NeedOf]) -> None:
    assert is_feasible(needs) == can_be_staffed(needs)


def test_two_needs_of_the_same_single_person_are_both_named() -> None:
    with pytest.raises(ImpossibleNeeds, match="“need 0” and “need 2”") as refused:
        check_feasible(named(NeedOf((ANN,)), NeedOf((BOB, TWINS)), NeedOf((ANN,))))
    assert "“need 1”" not in str(refused.value)


def test_more_than_there_are_is_refused_with_the_number_there_is() -> None:
    with pytest.raises(ImpossibleNeeds, match="“need 0” can never be met: there are only 3"):
        check_feasible(named(NeedOf((ANN, TWINS), quantity=4)))


def test_units_count_as_often_as_there_are_of_them() -> None:
    check_feasible(named(NeedOf((TWINS,)), NeedOf((TWINS,))))


def test_a_need_that_nobody_can_meet_is_named() -> None:
    with pytest.raises(ImpossibleNeeds, match="nobody who could meet the need “need 0”"):
        check_feasible(named(NeedOf(())))


def test_a_need_for_every_seat_is_judged_with_one_seat() -> None:
    check_feasible(named(NeedOf((ANN,), per_seat=True)))
    assert not is_feasible([NeedOf((ANN,), quantity=2, per_seat=True)])


def test_needs_that_apply_to_different_ways_to_meet_never_compete() -> None:
    video, phone = frozenset({"video"}), frozenset({"phone"})
    assert is_feasible([NeedOf((ANN,), channels=video), NeedOf((ANN,), channels=phone)])
    assert not is_feasible([NeedOf((ANN,), channels=video), NeedOf((ANN,), channels=video | phone)])


def test_thirteen_needs_that_hang_together_are_too_many() -> None:
    crowd = [Candidate(Provider(pk=key, units=1)) for key in range(100, 120)]
    chain = [NeedOf(tuple(crowd[start : start + 3])) for start in range(13)]
    check_feasible(named(*chain[:12]))
    with pytest.raises(TooManyNeeds, match="12"):
        check_feasible(named(*chain))
