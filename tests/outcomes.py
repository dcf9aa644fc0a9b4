"""What came of the suite on each database, and of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: pytest's categories of outcomes, as they are counted here.
COUNTED_AS = {
    "passed": "passed",
    "xpassed": "passed",
    "failed": "failed",
    "error": "failed",
    "skipped": "skipped",
    "xfailed": "skipped",
}


@dataclass(frozen=True)
class Outcome:
    database: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    #: Why tests were skipped, and how many for each reason.
    reasons: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0
    #: Why the suite did not run, or not to its end.
    missing: str = ""

    def __str__(self) -> str:
        if self.missing:
            verb = "failed" if self.failed else "skipped"
            return f"{self.database}: {verb}, because {self.missing}"
        return f"{self.database}: {total([self])} in {self.seconds:.0f} s"


def count(stats: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The numbers of an Outcome, from what pytest's terminal reporter has collected."""
    counts: dict[str, Any] = dict.fromkeys(COUNTED_AS.values(), 0)
    for category, counted_as in COUNTED_AS.items():
        counts[counted_as] += len(stats.get(category, ()))
    counts["reasons"] = Counter(_reason(report) for report in stats.get("skipped", ()))
    return counts


def succeeded(outcomes: Sequence[Outcome]) -> bool:
    """Whether something ran, and nothing failed."""
    return any(one.passed for one in outcomes) and not any(one.failed for one in outcomes)


def describe(outcomes: Sequence[Outcome]) -> str:
    lines = []
    for outcome in outcomes:
        lines.append(str(outcome))
        lines += [f"    {number} skipped: {why}" for why, number in outcome.reasons.items()]
    return "\n".join([*lines, total(outcomes)])


def total(outcomes: Sequence[Outcome]) -> str:
    words = ("passed", "failed", "skipped")
    return ", ".join(f"{sum(getattr(one, word) for one in outcomes)} {word}" for word in words)


def _reason(report: Any) -> str:
    where = report.longrepr
    said = str(where[2] if isinstance(where, tuple | list) else where)
    return said.removeprefix("Skipped: ")
