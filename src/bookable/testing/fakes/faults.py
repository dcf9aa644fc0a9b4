"""What can go wrong between a site and a company, put in line by a test."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """What goes wrong, and whether before or after the request had its effect."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    SLOW_AFTER = "slow_after"
    HTML_AFTER = "html_after"
    ERROR_BEFORE = "error_before"
    BUSY_BEFORE = "busy_before"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong, once: at the next request in whose “POST /path” this is found."""

    match: str
    mode: Mode
    seconds: float = 1.0


class Faults:
    """Faults to come, each for one request."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, match: str, mode: Mode | str, *, times: int = 1, seconds: float = 1.0) -> None:
        """So many of the next requests that match go wrong in this way."""
        fault = Fault(match=match, mode=Mode(mode), seconds=seconds)
        self._waiting.extend([fault] * times)

    def take(self, request: str) -> Fault | None:
        """The first fault that is meant for a request such as “POST /v1/refunds”."""
        for fault in self._waiting:
            if fault.match in request:
                self._waiting.remove(fault)
                return fault
        return None

    def __len__(self) -> int:
        return len(self._waiting)
