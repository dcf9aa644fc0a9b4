from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from bookable.bookings.references import RandomReference, Reference, new_reference
from bookable.catalog.models import Service
from bookable.errors import Misconfigured

MASSAGE = Service(name="Massage", slug="massage")


class Named(Reference):
    """A site's own, with the service in it."""

    def __init__(self, ending: str = "-1") -> None:
        self.ending = ending

    def make(self, service: Service) -> str:
        return service.slug + self.ending


def site(path: str, **options: Any) -> override_settings:
    return override_settings(BOOKABLE={"REFERENCE": {"BACKEND": path, "OPTIONS": options}})


def named(**options: Any) -> override_settings:
    return site(f"{__name__}.Named", **options)


def test_a_reference_has_eight_characters() -> None:
    assert len(new_reference(MASSAGE)) == 8


def test_no_two_references_are_the_same() -> None:
    made = [new_reference(MASSAGE) for _ in range(1000)]
    assert len(set(made)) == 1000


def test_a_reference_has_nothing_that_is_mistaken_for_something_else() -> None:
    made = "".join(new_reference(MASSAGE) for _ in range(1000))
    for pair in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV"):
        assert not set(pair) <= set(made)
    assert not set("0O1IL") & set(made)


def test_a_reference_has_no_vowels_and_so_no_words() -> None:
    made = "".join(new_reference(MASSAGE) for _ in range(1000))
    assert not set("AEIOUY") & set(made)


def test_a_reference_can_be_longer_and_begin_with_something() -> None:
    made = RandomReference(length=12, prefix="SPA-").make(MASSAGE)
    assert made.startswith("SPA-")
    assert len(made) == 16


@pytest.mark.parametrize("length", [5, 25, 0, -8, True, 8.0, "8", None])
def test_a_length_that_can_not_be_meant_is_refused(length: Any) -> None:
    with pytest.raises(Misconfigured, match="from 6 to 24"):
        RandomReference(length=length)


@pytest.mark.parametrize("length", [6, 24])
def test_the_shortest_and_the_longest_length_are_accepted(length: int) -> None:
    assert len(RandomReference(length=length).make(MASSAGE)) == length


@pytest.mark.parametrize("prefix", ["Ä", "a b", "a/b", "a\n", 5, None])
def test_a_prefix_that_can_not_be_typed_or_linked_is_refused(prefix: Any) -> None:
    with pytest.raises(Misconfigured, match="hyphens"):
        RandomReference(prefix=prefix)


def test_a_prefix_that_leaves_no_room_is_refused() -> None:
    assert len(RandomReference(length=24, prefix="ABCDE-").make(MASSAGE)) == 30
    with pytest.raises(Misconfigured, match="at most 30"):
        RandomReference(length=24, prefix="ABCDEF-")


def test_the_site_chooses_who_makes_references() -> None:
    with named():
        assert new_reference(MASSAGE) == "massage-1"


def test_the_choice_follows_the_settings() -> None:
    with named(ending="-2"):
        assert new_reference(MASSAGE) == "massage-2"
    with named(ending="-3"):
        assert new_reference(MASSAGE) == "massage-3"
    assert not new_reference(MASSAGE).startswith("massage")


def test_the_class_is_made_once() -> None:
    from bookable.bookings.references import _reference

    with named():
        assert _reference() is _reference()


@pytest.mark.parametrize("ending", ["x" * 24, " 1", "/1", "\n"])
def test_a_reference_that_does_not_fit_is_refused(ending: str) -> None:
    with named(ending=ending), pytest.raises(Misconfigured, match="BOOKABLE\\['REFERENCE'\\] made"):
        new_reference(MASSAGE)


def test_a_class_of_another_kind_is_refused() -> None:
    with site("datetime.date"), pytest.raises(Misconfigured, match="REFERENCE"):
        new_reference(MASSAGE)


def test_the_base_makes_nothing_itself() -> None:
    with pytest.raises(NotImplementedError):
        Reference().make(MASSAGE)
