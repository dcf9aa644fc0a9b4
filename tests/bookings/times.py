from __future__ import annotations

from datetime import UTC, datetime, timedelta

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def at(text: str, day: int = 5) -> datetime:
    """“10:00” on a day of March 2030; the fourth is a Monday and today."""
    return datetime.fromisoformat(f"2030-03-{day:02} {text}").replace(tzinfo=UTC)
