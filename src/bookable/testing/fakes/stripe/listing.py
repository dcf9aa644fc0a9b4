"""Lists, the newest first and a page at a time."""

from __future__ import annotations

from bookable.testing.fakes.stripe.errors import Body, invalid, not_found
from bookable.testing.fakes.stripe.world import World

EVENTS_KEPT = 30 * 24 * 3600
_FILTERS = frozenset({"charge", "customer", "payment_intent", "status", "type"})


def list_of(world: World, kind: str, asked: Body, url: str) -> Body:
    """A page of the objects of a kind that were asked for."""
    if "type" in asked and "types" in asked:
        raise invalid("Only one of type and types may be given.", "types")
    found = world.all(kind, **{name: asked[name] for name in _FILTERS & asked.keys()})
    if kind == "event":
        found = [event for event in found if event["created"] >= world.now() - EVENTS_KEPT]
    if "types" in asked:
        found = [event for event in found if event["type"] in asked["types"]]
    found = [body for body in found if _within(body["created"], asked.get("created", {}))]
    found.reverse()
    return _page(found, asked, url)


def _within(moment: int, bounds: dict[str, int]) -> bool:
    return (
        moment > bounds.get("gt", -1)
        and moment >= bounds.get("gte", 0)
        and moment < bounds.get("lt", moment + 1)
        and moment <= bounds.get("lte", moment)
    )


def _page(found: list[Body], asked: Body, url: str) -> Body:
    limit = asked.get("limit", 10)
    if "starting_after" in asked:
        found = found[_place(found, asked, "starting_after") + 1 :]
        page = found[:limit]
    elif "ending_before" in asked:
        found = found[: _place(found, asked, "ending_before")]
        page = found[-limit:]
    else:
        page = found[:limit]
    return {"object": "list", "data": page, "has_more": len(found) > limit, "url": url}


def _place(found: list[Body], asked: Body, param: str) -> int:
    names = [body["id"] for body in found]
    if asked[param] not in names:
        raise not_found("object", asked[param], param)
    return names.index(asked[param])
