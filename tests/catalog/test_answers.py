from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest
from django.test import override_settings

from bookable.catalog.answers import clean_answers
from bookable.catalog.models import Question
from bookable.errors import InvalidAnswers


def question(slug: str = "it", kind: str = "text", **fields: Any) -> Question:
    return Question(pk=sum(map(ord, slug)), slug=slug, kind=kind, label=slug, **fields)


def cleaned(given: object, kind: str = "text", **fields: Any) -> Any:
    return clean_answers([question(kind=kind, **fields)], {"it": given})["it"]


def refused(questions: list[Question], answers: dict[str, object]) -> dict[str, Any]:
    with pytest.raises(InvalidAnswers) as error:
        clean_answers(questions, answers)
    return dict(error.value.errors)


DRINKS = ["tea", "coffee", "water"]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  Ann ", "Ann"),
        ("long_text", "one\r\ntwo\n", "one\ntwo"),
        ("number", 3, 3),
        ("number", "3", 3),
        ("number", "3.50", 3.5),
        ("number", Decimal("0.1"), 0.1),
        ("number", -0.25, -0.25),
        ("boolean", True, True),
        ("boolean", False, False),
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("choice", "tea", "tea"),
        ("choices", ["water", "tea", "water"], ["tea", "water"]),
        ("choices", ("coffee",), ["coffee"]),
        ("date", "2030-12-31", "2030-12-31"),
        ("date", date(2030, 12, 31), "2030-12-31"),
        ("email", " ann@example.com", "ann@example.com"),
        ("phone", "+41 44 668 18 00", "+41446681800"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: str, given: object, kept: object) -> None:
    found = cleaned(given, kind, options=DRINKS)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", 5),
        ("text", "two\nlines"),
        ("text", "null\0"),
        ("long_text", "half a pair \ud800"),
        ("long_text", ["a"]),
        ("number", "many"),
        ("number", True),
        ("number", float("nan")),
        ("number", "Infinity"),
        ("number", "1e999999999"),
        ("number", "1e-999999999"),
        ("number", "1234567890123456"),
        ("number", "9" * 5_000),
        pytest.param("number", 10**5_000, id="enormous"),
        ("number", [3]),
        ("boolean", "maybe"),
        ("boolean", 1),
        ("choice", "milk"),
        ("choice", ["tea"]),
        ("choices", "tea"),
        ("choices", ["tea", "milk"]),
        ("choices", [["tea"]]),
        ("date", "31.12.2030"),
        ("date", datetime(2030, 12, 31)),  # noqa: DTZ001 - no date at all
        ("date", 20301231.5),
        ("email", "ann"),
        ("email", 5),
        ("phone", "123"),
        ("phone", {"number": 1}),
    ],
)
def test_what_does_not_fit_the_kind_is_refused(kind: str, given: object) -> None:
    errors = refused([question(kind=kind, options=DRINKS)], {"it": given})
    assert [len(sentences) for sentences in errors.values()] == [1]


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("text", "a", "Please write at least 2 characters."),
        ("text", "abcd", "Please write at most 3 characters."),
        ("number", 1, "Please give at least 2."),
        ("number", "3.01", "Please give at most 3."),
    ],
)
def test_too_little_and_too_much_are_refused(kind: str, given: object, sentence: str) -> None:
    limited = question(kind=kind, minimum=2, maximum=3)
    assert refused([limited], {"it": given}) == {"it": [sentence]}


def test_a_pattern_must_match_the_whole_text() -> None:
    postcode = question(pattern=r"\d{4}|[A-Z]")
    assert clean_answers([postcode], {"it": "8001"}) == {"it": "8001"}
    assert refused([postcode], {"it": "80012"}) == {"it": ["This is not in the right form."]}


def test_a_text_beyond_all_measure_is_refused() -> None:
    assert len(cleaned("a" * 5_000, "long_text")) == 5_000
    assert refused([question(kind="long_text")], {"it": "a" * 5_001})


@override_settings(PHONENUMBER_DEFAULT_REGION="CH")
def test_a_national_phone_number_is_read_in_the_sites_region() -> None:
    assert cleaned("044 668 18 00", "phone") == "+41446681800"


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_a_required_question_must_be_answered(nothing: object) -> None:
    errors = refused([question(is_required=True)], {"it": nothing})
    assert errors == {"it": ["Please answer this."]}


def test_a_required_question_that_was_not_sent_must_be_answered() -> None:
    assert "it" in refused([question(is_required=True)], {})


def test_no_is_an_answer() -> None:
    assert cleaned(False, "boolean", is_required=True) is False
    assert cleaned(0, "number", is_required=True) == 0


def test_what_was_left_open_is_not_kept() -> None:
    assert clean_answers([question()], {"it": " "}) == {}


def test_what_was_not_asked_is_refused() -> None:
    assert refused([question()], {"other": "x"}) == {"other": ["This is not asked."]}


def test_every_mistake_is_told_at_once() -> None:
    both = [question("one", "number"), question("two", "email")]
    assert set(refused(both, {"one": "x", "two": "x", "three": "x"})) == {"one", "two", "three"}


def family() -> list[Question]:
    """Pets? If so, which? If a dog, its name."""
    pets = question("pets", "boolean")
    which = question("which", "choices", options=["dog", "cat"], is_required=True)
    which.shown_if, which.shown_if_answer = pets, True
    name = question("name", is_required=True, shown_if=which, shown_if_answer="dog")
    return [pets, which, name]


def test_a_question_that_is_shown_must_be_answered() -> None:
    assert refused(family(), {"pets": True}) == {"which": ["Please answer this."]}


def test_a_question_that_is_hidden_need_not_be_answered() -> None:
    assert clean_answers(family(), {"pets": False}) == {"pets": False}


def test_the_answer_to_a_hidden_question_is_dropped_unread() -> None:
    assert clean_answers(family(), {"pets": False, "which": "?", "name": 5}) == {"pets": False}


def test_a_hidden_question_hides_those_that_hang_on_it() -> None:
    assert clean_answers(family(), {"which": ["dog"], "name": "Rex"}) == {}


def test_one_of_several_answers_is_enough_to_show_a_question() -> None:
    answers = {"pets": True, "which": ["cat", "dog"], "name": "Rex"}
    assert clean_answers(family(), answers) == {**answers, "which": ["dog", "cat"]}


def test_one_is_not_yes() -> None:
    number = question("number", "number")
    child = question("child", shown_if=number, shown_if_answer=True, is_required=True)
    assert clean_answers([number, child], {"number": 1}) == {"number": 1}


def test_the_order_of_the_questions_does_not_matter() -> None:
    assert clean_answers(family()[::-1], {"pets": False}) == {"pets": False}


def test_questions_in_a_circle_are_never_shown() -> None:
    one = question("one", is_required=True, shown_if_answer="x")
    two = question("two", is_required=True, shown_if=one, shown_if_answer="x")
    one.shown_if = two
    assert clean_answers([one, two], {"one": "x", "two": "x"}) == {}


def test_a_question_whose_parent_is_not_asked_is_hidden() -> None:
    child = question("child", is_required=True, shown_if_id=99, shown_if_answer="x")
    assert clean_answers([child], {}) == {}


def test_a_pattern_that_would_take_forever_gives_up_and_refuses() -> None:
    begun = monotonic()
    assert refused([question(pattern="(a|aa)+")], {"it": "a" * 60 + "!"})
    assert monotonic() - begun < 10


def test_an_agreement_is_kept_as_a_yes() -> None:
    assert cleaned(True, kind="consent", is_required=True) is True


def test_an_agreement_that_is_required_must_be_a_yes() -> None:
    assert refused([question(kind="consent", is_required=True)], {"it": False})
