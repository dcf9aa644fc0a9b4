"""Schemas of an OpenAPI file as JSON Schema, and forms as the values they describe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

Schema = dict[str, Any]


def decoded(text: str) -> dict[str, Any]:
    """Bracket notation as nested values: `a[b]=1`, `a[0]=1`, `a[]=1`."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        steps = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        node = result
        for step in steps[:-1]:
            inner = node.setdefault(step or str(len(node)), {})
            if not isinstance(inner, dict):
                raise ValueError(f"{name} is both a value and an object.")
            node = inner
        node[steps[-1] or str(len(node))] = value
    return result


def coerced(value: Any, schema: Schema, document: Schema) -> Any:
    """Texts of a form as what the schema asks for; what cannot become that stays a text."""
    schema = resolved(schema, document)
    for kind in ("anyOf", "oneOf"):
        if kind in schema:
            return _coerced_to_one(value, schema[kind], document)
    if isinstance(value, dict):
        return _coerced_object(value, schema, document)
    return _coerced_text(value, schema.get("type"))


def _coerced_to_one(value: Any, branches: list[Schema], document: Schema) -> Any:
    for branch in branches:
        attempt = coerced(value, branch, document)
        if _fits(attempt, resolved(branch, document)):
            return attempt
    return value


def _coerced_object(value: dict[str, Any], schema: Schema, document: Schema) -> Any:
    if schema.get("type") == "array":
        if not all(key.isdigit() for key in value):
            return value
        ordered = sorted(value, key=int)
        return [coerced(value[key], schema["items"], document) for key in ordered]
    known, rest = schema.get("properties", {}), schema.get("additionalProperties")
    rest = rest if isinstance(rest, dict) else {}
    return {key: coerced(item, known.get(key, rest), document) for key, item in value.items()}


def _coerced_text(value: Any, kind: Any) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    return value


_TYPES = {"boolean": bool, "integer": int, "number": (int, float), "string": str}


def _fits(value: Any, schema: Schema) -> bool:
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema.get("type")
    if kind == "array":
        return isinstance(value, list)
    if kind == "object" or "properties" in schema:
        return isinstance(value, dict)
    return isinstance(value, _TYPES.get(str(kind), object))


def resolved(node: Schema, document: Schema) -> Schema:
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def nullable_rewritten(node: Any) -> Any:
    """`nullable` as JSON Schema says it; a property may well have that name."""
    if isinstance(node, list):
        return [nullable_rewritten(item) for item in node]
    if not isinstance(node, dict):
        return node
    rewritten = {
        key: _each_rewritten(value) if _names_things(key, value) else nullable_rewritten(value)
        for key, value in node.items()
        if key != "nullable"
    }
    if node.get("nullable") is not True:
        return rewritten
    return {"anyOf": [rewritten, {"type": "null"}]}


def _names_things(key: str, value: Any) -> bool:
    return key in {"properties", "schemas"} and isinstance(value, dict)


def _each_rewritten(named: Mapping[str, Any]) -> Schema:
    return {name: nullable_rewritten(schema) for name, schema in named.items()}


def closed_throughout(node: Any) -> Any:
    if isinstance(node, list):
        return [closed_throughout(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {
        key: {name: closed_throughout(item) for name, item in value.items()}
        if _names_things(key, value)
        else closed_throughout(value)
        for key, value in node.items()
    }
    if _names_things("properties", node.get("properties")):
        closed.setdefault("additionalProperties", False)
    return closed


def query_schema(parameters: tuple[Schema, ...]) -> Schema:
    asked = [parameter for parameter in parameters if parameter["in"] == "query"]
    return {
        "type": "object",
        "properties": {parameter["name"]: parameter["schema"] for parameter in asked},
        "required": [parameter["name"] for parameter in asked if parameter.get("required")],
        "additionalProperties": False,
    }
