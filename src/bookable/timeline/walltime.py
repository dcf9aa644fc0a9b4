"""Minutes after midnight as people write them: “09:00”, “24:00”, “06:00 +1” for the next day."""

from __future__ import annotations

import re

MINUTES_A_DAY = 24 * 60
LATEST = 2 * MINUTES_A_DAY
_WRITTEN = re.compile(r"^\s*(\d{1,2}):(\d{2})(?::00)?\s*(?:\+\s*(\d))?\s*$")


def parse_walltime(text: str) -> int:
    """Minutes after midnight; ValueError with a sentence if it can't be read."""
    match = _WRITTEN.match(text)
    if match is None:
        raise ValueError(f"“{text}” is not a time such as 09:00 or 06:00 +1.")
    hours, minutes, days = int(match[1]), int(match[2]), int(match[3] or 0)
    total = days * MINUTES_A_DAY + hours * 60 + minutes
    if minutes > 59 or total > LATEST:
        raise ValueError(f"“{text}” is not a time between 00:00 and 24:00 of the next day.")
    return total


def format_walltime(minutes: int) -> str:
    """The shortest way to write it that `parse_walltime` reads back."""
    days, rest = divmod(minutes, MINUTES_A_DAY)
    if days and rest == 0:
        days, rest = days - 1, MINUTES_A_DAY
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{text} +{days}" if days else text
