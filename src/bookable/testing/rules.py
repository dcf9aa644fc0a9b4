"""The suite that every availability rule must pass, the library's own included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from bookable.availability.asking import ask
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider, Service
from bookable.sockets import load_socket
from bookable.testing.clock import freeze
from bookable.testing.factories import make_provider, make_service
from bookable.timeline.zones import DAY

_START = datetime.fromisoformat("2030-03-20T00:00:00+00:00")


class RefusingRouter:
    """Refuses every read that was not pinned to the query's own database."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        raise AssertionError(
            f"{model.__name__} was read without query.rows(): a replica that lags behind could "
            "decide what is free."
        )


class RuleContract(TestCase):
    """Subclass it and name your rule; override `make_rows` to give it something to read.

    class LunchBreakTests(RuleContract):
        rule = "clinic.rules.LunchBreak"
        options = {"start": "12:00", "end": "13:00"}
    """

    __test__ = False  # the suite itself is no test, what is made of it is

    rule: ClassVar[str] = ""
    options: ClassVar[Mapping[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = True

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        """Called once the providers exist, so that there is something to find."""

    def setUp(self) -> None:
        if type(self) is RuleContract:
            self.skipTest("This is the suite itself; subclass it for a rule.")
        clock = freeze(_START)
        clock.__enter__()
        self.addCleanup(clock.__exit__, None, None, None)
        self.service = make_service()
        self.providers = [
            make_provider(f"Provider {number}", offers=self.service) for number in range(3)
        ]
        self.make_rows(self.service, self.providers)

    def test_it_reads_at_most_once_whatever_the_number_of_providers(self) -> None:
        few = self._queries()
        more = [make_provider(f"More {number}", offers=self.service) for number in range(47)]
        self.make_rows(self.service, more)
        self.assertLessEqual(few, 1, "prepare() may read once.")
        self.assertEqual(self._queries(), few, "More providers must not mean more queries.")

    def test_it_reads_nothing_once_it_is_prepared(self) -> None:
        query = self._query()
        rule = self._prepared(query)
        with self._counted() as captured:
            for provider in (None, *query.providers):
                self._intervals(rule, provider)
        self.assertEqual(len(captured), 0, "Everything is read in prepare().")

    def test_it_reads_through_the_database_of_the_query(self) -> None:
        query = self._query()
        self._fill(query)
        with override_settings(DATABASE_ROUTERS=[RefusingRouter()]):
            self._prepared(query)

    def test_its_intervals_are_whole_seconds_sorted_and_disjoint(self) -> None:
        query = self._query()
        rule = self._prepared(query)
        for provider in (None, *query.providers):
            for name, intervals in self._intervals(rule, provider).items():
                for start, end in intervals:
                    self.assertIsInstance(start, int, name)
                    self.assertIsInstance(end, int, name)
                    self.assertLess(start, end, name)
                for (_, end), (start, _) in pairwise(intervals):
                    self.assertLessEqual(end, start, name)

    def test_its_answer_does_not_depend_on_the_window_that_is_asked(self) -> None:
        wide = self._query(days=30)
        narrow = self._query(days=1, first=10)
        one, other = self._prepared(wide), self._prepared(narrow)
        low, high = narrow.low, narrow.high
        for provider in (None, *wide.providers):
            self.assertEqual(
                _clipped(self._intervals(one, provider), low, high),
                _clipped(self._intervals(other, provider), low, high),
            )

    def test_its_reasons_are_sentences(self) -> None:
        query = self._query()
        rule = self._prepared(query)
        for provider in (None, *query.providers):
            for name in ("closes", "busy", "bars_start"):
                for interval in self._intervals(rule, provider).get(name, ()):
                    self.assertTrue(str(rule.reason(provider, interval)).strip(), name)

    def _query(self, days: int = 14, first: int = 0) -> Query:
        low = int(_START.timestamp()) + first * DAY
        return ask(self.service, low, low + days * DAY, using=connection.alias)

    def _prepared(self, query: Query) -> Rule:
        spec = {"RULE": self.rule, "OPTIONS": self.options}
        rule = load_socket(spec, Rule, setting="rule", path_key="RULE").make()
        rule.prepare(query)
        return rule

    def _queries(self) -> int:
        query = self._query()
        self._fill(query)
        with self._counted() as captured:
            self._prepared(query)
        return len(captured)

    def _fill(self, query: Query) -> None:
        """Loads what the engine shares among the rules, so that only the rule's own read counts."""
        _ = query.diary.hours, query.diary.taken(*query.reach), query.diary.sessions

    @contextmanager
    def _counted(self) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as captured:
            yield captured

    def _intervals(
        self, rule: Rule, provider: Provider | None
    ) -> dict[str, Sequence[tuple[int, int]]]:
        found: dict[str, Sequence[tuple[int, int]]] = {"bars_start": rule.bars_start(provider)}
        if provider is not None:
            opened = sorted({(start, end) for start, end, _anchor in rule.opens(provider)})
            found["opens"] = opened
            found["closes"] = rule.closes(provider)
            found["busy"] = rule.busy(provider)
            for unit in range(provider.units):
                found[f"busy_unit {unit}"] = rule.busy_unit(provider, unit)
        return found


def _clipped(
    found: Mapping[str, Sequence[tuple[int, int]]], low: int, high: int
) -> dict[str, list[tuple[int, int]]]:
    return {
        name: [
            (max(start, low), min(end, high))
            for start, end in intervals
            if start < high and end > low
        ]
        for name, intervals in found.items()
    }


__all__ = ["RefusingRouter", "RuleContract"]
