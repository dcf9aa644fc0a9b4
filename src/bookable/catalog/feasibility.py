"""Whether the needs of a service can be met at all, with every calendar empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    demands = [demand for one in needs for demand in _demands(one.need)]
    compiled = compile_demands(demands, limit=MOST_NEEDS)
    return satisfied(compiled, _everybody(needs))


def _demands(need: NeedOf) -> Iterator[Demand]:
    lanes = [_lanes(need, index) for index in range(len(need.candidates))]
    if need.quantity is None:
        yield from (Demand(mine, 1) for mine in lanes)
    else:
        yield Demand(sum(lanes), need.quantity)
