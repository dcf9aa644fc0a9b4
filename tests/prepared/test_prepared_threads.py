"""Many threads ask queries that are kept, and are each answered what they asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.prepared.asking import questions

from bookable import prepared
from bookable.models import Session
from bookable.prepared import Prepared

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_many_threads_are_each_answered_what_they_asked(
    sessions: list[Session], of_the_library: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a SQLite database in memory belongs to one thread")
    monkeypatch.setattr(prepared, "_MOST_SHAPES", 2)
    expected = [
        (asked, sorted(map(tuple, asked(of_the_library.build)), key=repr))
        for asked in questions(of_the_library)
    ]
    gate = Barrier(8)

    def ask(number: int) -> None:
        try:
            gate.wait(10)
            for turn in range(30):
                asked, rows = expected[(number + turn) % len(expected)]
                assert sorted(map(tuple, asked(of_the_library)), key=repr) == rows
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(ask, number) for number in range(8)]:
            done.result(60)
