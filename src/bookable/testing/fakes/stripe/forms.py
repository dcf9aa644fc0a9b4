"""Forms in bracket notation, as the client of Stripe sends them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from bookable.testing.fakes.stripe.errors import invalid


def decode(text: str) -> dict[str, Any]:
    """`a[b]=1&c[0]=2&d[]=3` as nested dicts; lists are dicts from their indexes."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(result, name, value)
    return result


def _put(result: dict[str, Any], name: str, value: str) -> None:
    *outer, last = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
    node = result
    for step in outer:
        node = node.setdefault(step or str(len(node)), {})
        if not isinstance(node, dict):
            raise invalid(f"Invalid object: {name}", name)
    if isinstance(node.get(last), dict):
        raise invalid(f"Invalid string: {name}", name)
    node[last or str(len(node))] = value
