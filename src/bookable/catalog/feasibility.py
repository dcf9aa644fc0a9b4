"""Whether the needs of a service can be met at all, with every calendar empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from bookable.catalog.candidates import NeedOf
from bookable.catalog.hall import MOST_NEEDS, Demand, compile_demands, satisfied
from bookable.catalog.models import Channel
from bookable.errors import ImpossibleNeeds


class NamedNeed(NamedTuple):
    """A need with the words by which people know it."""

    label: str
    need: NeedOf


def check_feasible(needs: Sequence[NamedNeed]) -> None:
    """Looks at each way to meet, with one seat taken.

    Raises ImpossibleNeeds naming the needs that can't be met, TooManyNeeds if more of them draw on
    the same providers than can be weighed.
    """
    for one in needs:
        if not one.need.candidates:
            raise ImpossibleNeeds(
                _("There is nobody who could meet the need “%(need)s”.") % {"need": one.label}
            )
    for channel in Channel.values:
        together = [one for one in needs if channel in one.need.channels]
        if not _can_be_met(together):
            raise ImpossibleNeeds(_sentence(_culprits(together)))


def _can_be_met(needs: Sequence[NamedNeed]) -> bool:
    lanes = _number_lanes(needs)
    demands = [demand for one in needs for demand in _demands(one.need, lanes)]
    return satisfied(compile_demands(demands, limit=MOST_NEEDS), sum(lanes.values()))


def _number_lanes(needs: Iterable[NamedNeed]) -> dict[int, int]:
    """The bits of every provider, one for each unit."""
    lanes: dict[int, int] = {}
    count = 0
    for provider in (candidate.provider for one in needs for candidate in one.need.candidates):
        if provider.pk not in lanes:
            lanes[provider.pk] = ((1 << provider.units) - 1) << count
            count += provider.units
    return lanes


def _demands(need: NeedOf, lanes: Mapping[int, int]) -> Iterator[Demand]:
    pool = [lanes[candidate.provider.pk] for candidate in need.candidates]
    if need.quantity is None:
        yield from (Demand(each, 1) for each in pool)
    else:
        yield Demand(sum(pool), need.quantity)


def _culprits(needs: Sequence[NamedNeed]) -> list[NamedNeed]:
    """As few of the needs as can't be met together."""
    blamed = list(needs)
    for one in needs:
        others = [other for other in blamed if other is not one]
        if not _can_be_met(others):
            blamed = others
    return blamed


def _sentence(blamed: Sequence[NamedNeed]) -> str:
    there = sum(lanes.bit_count() for lanes in _number_lanes(blamed).values())
    labels = [_("“%(need)s”") % {"need": one.label} for one in blamed]
    if len(blamed) == 1:
        return _("%(need)s can never be met: there are only %(there)d.") % {
            "need": labels[0],
            "there": there,
        }
    return _("%(needs)s can never be met together: they share only %(there)d.") % {
        "needs": get_text_list(labels, _("and")),
        "there": there,
    }
