"""Draws the table of a booking's states: `python tools/draw_states.py > states.svg`.

The arrows come from the table; only where the boxes stand is said here. The pages are built with
the same drawing, which takes its colours from the page around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import hypot
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from bookable.bookings.states import TABLE, State, Transition

WIDTH, HEIGHT = 826, 470
BOX_WIDTH, BOX_HEIGHT = 104, 36
#: Arrows between the same two boxes run so far apart.
APART = 15


class Point(NamedTuple):
    x: float
    y: float


#: About how wide a letter of a label is.
_LETTER = 7.2

#: Where each box has its middle.
PLACES: Mapping[State, Point] = {
    State.HELD: Point(350, 36),
    State.EXPIRED: Point(374, 164),
    State.REQUESTED: Point(130, 250),
    State.CONFIRMED: Point(560, 250),
    State.DECLINED: Point(300, 312),
    State.CANCELLED: Point(130, 440),
    State.COMPLETED: Point(712, 130),
    State.NO_SHOW: Point(712, 370),
}
#: Arrows that would run through something else go around it, by these points.
DETOURS: Mapping[tuple[State, State], tuple[Point, ...]] = {
    (State.HELD, State.CANCELLED): (Point(36, 36), Point(36, 440)),
}
_STYLE = """
.bookable-states { max-width: 100%; height: auto; font: 14px system-ui, sans-serif }
.bookable-states rect {
  fill: var(--color-background-secondary, Canvas); stroke: currentColor; stroke-width: 1.2 }
.bookable-states .first rect { stroke-width: 2.6 }
.bookable-states .arrow path {
  fill: none; stroke: currentColor; stroke-width: 1.2; stroke-linejoin: round }
.bookable-states .head { fill: currentColor }
.bookable-states text { fill: currentColor; text-anchor: middle; dominant-baseline: central }
.bookable-states .state text { font-weight: 600 }
.bookable-states .arrow text {
  font-size: 12.5px; stroke: var(--color-background-primary, Canvas); stroke-width: 5px;
  paint-order: stroke; stroke-linejoin: round }
"""
_BEGINNING = f"""
<svg class="bookable-states" xmlns="http://www.w3.org/2000/svg" role="img"
viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"
aria-labelledby="bookable-states-title bookable-states-words">
<title id="bookable-states-title">The states of a booking</title>"""
_HEAD = """<defs><marker id="bookable-states-head" viewBox="0 0 10 10" refX="10" refY="5"
markerWidth="8" markerHeight="8" orient="auto">
<path class="head" d="M0 1 10 5 0 9z"/></marker></defs>"""


def drawing() -> str:
    """The table as an SVG, to be put into a page."""
    parts = [
        _BEGINNING,
        f'<desc id="bookable-states-words">{escape(" ".join(_words()))}</desc>',
        f"<style>{_STYLE}</style>",
        _HEAD,
        *(_box(state) for state in State),
        *(_arrow(arrow, route_of(arrow)) for arrow in TABLE),
        "</svg>",
    ]
    return "\n".join(parts)


def route_of(arrow: Transition) -> list[Point]:
    """The points of an arrow, from the edge of one box to the edge of the other."""
    start, end = PLACES[arrow.before], PLACES[arrow.after]
    middle = DETOURS.get((arrow.before, arrow.after), ())
    if not middle:
        start, end = _beside(start, end, _place_in_line(arrow))
    points = [start, *middle, end]
    points[0] = _on_edge(PLACES[arrow.before], points[1], points[0])
    points[-1] = _on_edge(PLACES[arrow.after], points[-2], points[-1])
    return points


def _place_in_line(arrow: Transition) -> float:
    """How far an arrow runs beside the straight line, so that none lies on another one."""
    ends = {arrow.before, arrow.after}
    parallel = [one for one in TABLE if {one.before, one.after} == ends]
    away = parallel.index(arrow) - (len(parallel) - 1) / 2
    # seen from the other end, the sides are swapped
    return away * APART * (1 if arrow.before == parallel[0].before else -1)


def _beside(start: Point, end: Point, away: float) -> tuple[Point, Point]:
    length = hypot(end.x - start.x, end.y - start.y)
    x, y = -(end.y - start.y) / length * away, (end.x - start.x) / length * away
    return Point(start.x + x, start.y + y), Point(end.x + x, end.y + y)


def _on_edge(box: Point, outside: Point, inside: Point) -> Point:
    """Where the line from a point in a box to one outside leaves it."""
    x, y = outside.x - inside.x, outside.y - inside.y
    to_side = (box.x + (BOX_WIDTH / 2 if x > 0 else -BOX_WIDTH / 2) - inside.x) / x if x else 2
    to_end = (box.y + (BOX_HEIGHT / 2 if y > 0 else -BOX_HEIGHT / 2) - inside.y) / y if y else 2
    share = min(to_side, to_end)
    return Point(inside.x + x * share, inside.y + y * share)


def _words() -> Iterator[str]:
    for arrow in TABLE:
        yield f"{arrow.verb} leads from {arrow.before} to {arrow.after}."


def _box(state: State) -> str:
    place, kind = PLACES[state], "state first" if state == TABLE[0].before else "state"
    return (
        f'<g class="{kind}" data-state={quoteattr(state.value)}>'
        f'<rect x="{place.x - BOX_WIDTH / 2:g}" y="{place.y - BOX_HEIGHT / 2:g}" '
        f'width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>'
        f'<text x="{place.x:g}" y="{place.y:g}">{escape(state.value)}</text></g>'
    )


def _arrow(arrow: Transition, route: list[Point]) -> str:
    line = " ".join(f"{point.x:.1f} {point.y:.1f}" for point in route)
    label = _label_of(arrow, route)
    return (
        f'<g class="arrow" data-verb={quoteattr(arrow.verb)} '
        f"data-before={quoteattr(arrow.before.value)} data-after={quoteattr(arrow.after.value)}>"
        f'<path d="M{line}" marker-end="url(#bookable-states-head)"/>'
        f'<text x="{label.x:.1f}" y="{label.y:.1f}">{escape(arrow.verb)}</text></g>'
    )


def _label_of(arrow: Transition, route: list[Point]) -> Point:
    """The middle of the longest stretch; of arrows side by side, on the outer side of each."""
    one, other = max(
        pairwise(route), key=lambda pair: hypot(pair[1].x - pair[0].x, pair[1].y - pair[0].y)
    )
    middle = Point((one.x + other.x) / 2, (one.y + other.y) / 2)
    away = _place_in_line(arrow)
    if not away:
        return middle
    outwards, _end = _beside(Point(0, 0), Point(other.x - one.x, other.y - one.y), away)
    x, y = outwards.x / abs(away), outwards.y / abs(away)
    far = abs(x) * len(arrow.verb) * _LETTER / 2 + abs(y) * _LETTER + 4
    return Point(middle.x + x * far, middle.y + y * far)


if __name__ == "__main__":
    print(drawing())
