"""The reference describes every rule, every question and every answer of availability."""

from __future__ import annotations

from typing import Any

import pytest
from tests.docs.reference import NAME, cells, names, parameters, section

from bookable.availability import answers, rules
from bookable.availability.choose import Choice
from bookable.availability.next_free import NextFree
from bookable.availability.query import Asked, Query
from bookable.bookings import rules as rules_of_bookings


def test_every_rule_is_described_with_its_code_and_its_options() -> None:
    table = section("rules", "Rules that come with the library")
    found = {
        row.split("`")[1]: (NAME.findall(code)[0], NAME.findall(options))
        for row, code, options in zip(cells(table), cells(table, 1), cells(table, 2), strict=True)
    }
    own = [getattr(rules, name) for name in rules.__all__ if name != "Rule"]
    own += [rules_of_bookings.CustomerLimit, rules_of_bookings.ExtraStock]
    assert found == {rule.__name__: (rule.code, parameters(rule)) for rule in own}


def test_every_member_of_a_rule_is_described() -> None:
    members = {name for name in vars(rules.Rule) if not name.startswith("_")}
    assert names(section("rules", "bookable.availability.rules.Rule")) == members


def test_everything_in_the_query_context_is_described() -> None:
    context = {*Query.__dataclass_fields__, *vars(Query)}
    described = names(section("rules", "The query context"))
    assert described == {name for name in context if not name.startswith("_")}


def test_every_keyword_of_a_question_is_described() -> None:
    assert names(section("availability", "The query")) == set(Asked.__annotations__)


ANSWERS = [answers.Slot, answers.Day, answers.Reason, NextFree, Choice]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda one: one.__name__)
def test_everything_in_an_answer_is_described(answer: Any) -> None:
    properties = {name for name, member in vars(answer).items() if isinstance(member, property)}
    described = names(section("availability", answer.__name__))
    assert described == {*answer._fields, *properties} - {"quote"}
