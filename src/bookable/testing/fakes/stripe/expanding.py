"""Objects in place of their ids, where a request asks for that."""

from __future__ import annotations

import copy

from bookable.testing.fakes.stripe.errors import Body, invalid
from bookable.testing.fakes.stripe.world import World

# what may be expanded in which object, and what it is then
_EXPANDABLE = {
    "charge": {
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "payment_intent": "payment_intent",
        "refunds": "list",
    },
    "checkout.session": {
        "customer": "customer",
        "payment_intent": "payment_intent",
        "setup_intent": "setup_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
    },
    "payment_method": {"customer": "customer"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
    },
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
}
_DEEPEST = 4


def check_expand(kind: str, paths: list[str], *, listed: bool) -> None:
    """Refuses what cannot be expanded in objects of this kind, before anything happens."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise invalid(f"You cannot expand more than {_DEEPEST} levels of a property.", "expand")
        if listed and steps.pop(0) != "data":
            raise _not_expandable(path)
        inner = kind
        for step in steps:
            if step not in _EXPANDABLE.get(inner, {}):
                raise _not_expandable(path)
            inner = _EXPANDABLE[inner][step]


def expanded(world: World, body: Body, paths: list[str]) -> Body:
    """A copy of an answer, with everything in it that `expand` names."""
    result = copy.deepcopy(body)
    for path in paths:
        _expand(world, result, path.split("."))
    return result


def _expand(world: World, body: Body, steps: list[str]) -> None:
    step, *rest = steps
    if body["object"] == "list":
        for item in body["data"]:
            _expand(world, item, rest)
        return
    if step == "refunds":
        body[step] = _refunds(world, body)
    elif isinstance(body.get(step), str):
        body[step] = copy.deepcopy(world.objects[body[step]])
    if rest and isinstance(body.get(step), dict):
        _expand(world, body[step], rest)


def _refunds(world: World, charge: Body) -> Body:
    found = copy.deepcopy(world.all("refund", charge=charge["id"]))
    found.reverse()
    url = f"/v1/charges/{charge['id']}/refunds"
    return {"object": "list", "data": found, "has_more": False, "url": url}


def _not_expandable(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", "expand")
