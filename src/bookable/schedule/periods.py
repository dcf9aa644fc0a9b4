"""Stretches of real time as the verbs accept them."""

from __future__ import annotations

from datetime import datetime

from bookable.errors import EmptyPeriod, NaiveDatetime


def refuse_bad_period(start: datetime, end: datetime) -> None:
    """NaiveDatetime without a time zone, EmptyPeriod if the end does not come after the start."""
    for moment in (start, end):
        if moment.utcoffset() is None:
            raise NaiveDatetime(moment)
    if end <= start:
        raise EmptyPeriod
