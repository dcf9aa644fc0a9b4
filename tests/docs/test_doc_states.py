"""The diagram of a booking's states shows the table of the code, all of it and nothing else."""

from __future__ import annotations

import sys
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from tests.docs.pages import DOCS, ROOT
from tests.docs.reference import cells, section

from bookable.bookings.states import TABLE, State, Transition

sys.path.insert(0, str(ROOT / "tools"))

import draw_states

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn() -> ElementTree.Element:
    return ElementTree.fromstring(draw_states.drawing())


def groups(drawn: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [group for group in drawn.iter(f"{SVG}g") if kind in group.attrib["class"].split()]


def text_of(group: ElementTree.Element) -> str:
    return group.find(f"{SVG}text").text


def test_every_arrow_is_drawn_once_and_no_other(drawn: ElementTree.Element) -> None:
    arrows = groups(drawn, "arrow")
    found = [
        Transition(text_of(one), State(one.attrib["data-before"]), State(one.attrib["data-after"]))
        for one in arrows
    ]
    assert sorted(found) == sorted(TABLE)
    assert [one for one in arrows if one.attrib["data-verb"] != text_of(one)] == []
    paths = {path for group in arrows for path in group.iter(f"{SVG}path")}
    assert len(paths) == len(TABLE)
    assert len(list(drawn.iter(f"{SVG}path"))) == len(TABLE) + 1  # and the head that they share


def test_every_state_is_drawn_once(drawn: ElementTree.Element) -> None:
    boxes = groups(drawn, "state")
    assert sorted(map(text_of, boxes)) == sorted(State.values)
    assert len(list(drawn.iter(f"{SVG}rect"))) == len(State)
    assert len(list(drawn.iter(f"{SVG}text"))) == len(State) + len(TABLE)


@pytest.mark.parametrize("arrow", TABLE, ids="{0.verb}-{0.before}-{0.after}".format)
def test_an_arrow_runs_from_one_box_to_the_other(arrow: Transition) -> None:
    first, *_middle, last = draw_states.route_of(arrow)
    assert is_on_edge(first, draw_states.PLACES[arrow.before])
    assert is_on_edge(last, draw_states.PLACES[arrow.after])


def is_on_edge(point: draw_states.Point, box: draw_states.Point) -> bool:
    across = abs(point.x - box.x) / (draw_states.BOX_WIDTH / 2)
    along = abs(point.y - box.y) / (draw_states.BOX_HEIGHT / 2)
    return max(across, along) == pytest.approx(1)


@pytest.mark.parametrize("arrow", TABLE, ids="{0.verb}-{0.before}-{0.after}".format)
def test_no_arrow_runs_through_a_box_that_it_has_nothing_to_do_with(arrow: Transition) -> None:
    others = set(State) - {arrow.before, arrow.after}
    route = draw_states.route_of(arrow)
    for state in others:
        box = draw_states.PLACES[state]
        assert not any(is_inside(point, box) for point in along(route)), state


def along(route: list[draw_states.Point]) -> list[draw_states.Point]:
    return [
        draw_states.Point(
            one.x + (other.x - one.x) * step / 100, one.y + (other.y - one.y) * step / 100
        )
        for one, other in pairwise(route)
        for step in range(101)
    ]


def is_inside(point: draw_states.Point, box: draw_states.Point) -> bool:
    return (
        abs(point.x - box.x) <= draw_states.BOX_WIDTH / 2
        and abs(point.y - box.y) <= draw_states.BOX_HEIGHT / 2
    )


def test_the_drawing_says_the_same_to_those_who_do_not_see_it(drawn: ElementTree.Element) -> None:
    words = drawn.find(f"{SVG}desc").text
    told = [f"{one.verb} leads from {one.before} to {one.after}." for one in TABLE]
    assert words == " ".join(told)


def test_it_brings_no_colours_of_its_own() -> None:
    drawing = draw_states.drawing()
    assert "currentColor" in drawing
    assert "#" not in drawing.replace("url(#bookable-states-head)", "")
    assert "rgb" not in drawing


def test_the_table_on_the_page_is_the_table_of_the_code() -> None:
    text = section("states", "The arrows")
    columns = ([cell.strip().strip("`") for cell in cells(text, column)] for column in range(3))
    assert list(zip(*columns, strict=True)) == [tuple(map(str, arrow)) for arrow in TABLE]


def test_every_state_is_described() -> None:
    told = [cell.strip().strip("`") for cell in cells(section("states", "The states"))]
    assert told == State.values


def test_the_page_shows_the_drawing() -> None:
    assert "```{booking-states}" in (DOCS / "reference" / "states.md").read_text("utf-8")
