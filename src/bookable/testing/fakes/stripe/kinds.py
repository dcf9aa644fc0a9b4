"""What a field of a form may hold, and how its text is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from bookable.testing.fakes.stripe.errors import invalid, missing, unknown


class Kind(Protocol):
    """Reads the value of a field or refuses it."""

    def read(self, value: Any, name: str) -> Any: ...


@dataclass(frozen=True)
class Text:
    longest: int = 5000

    def read(self, value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise invalid(f"Invalid string: {name}", name)
        if not value:
            raise invalid(f"{name} cannot be empty.", name, "parameter_invalid_empty")
        if len(value) > self.longest:
            message = f"Invalid string: {name} must be at most {self.longest} characters"
            raise invalid(message, name)
        return value


@dataclass(frozen=True)
class Address:
    """A URL to which a customer is sent."""

    def read(self, value: Any, name: str) -> str:
        text = Text().read(value, name)
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise invalid("Not a valid URL", name, "url_invalid")
        return text


@dataclass(frozen=True)
class Email:
    def read(self, value: Any, name: str) -> str:
        text = Text(512).read(value, name)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", text):
            raise invalid(f"Invalid email address: {text}", name, "email_invalid")
        return text


@dataclass(frozen=True)
class Whole:
    least: int | None = None
    most: int | None = None

    def read(self, value: Any, name: str) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?\d+", value):
            raise invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
        number = int(value)
        if self.least is not None and number < self.least:
            message = f"This value must be greater than or equal to {self.least}."
            raise invalid(message, name, "parameter_invalid_integer")
        if self.most is not None and number > self.most:
            message = f"This value must be less than or equal to {self.most}."
            raise invalid(message, name, "parameter_invalid_integer")
        return number


@dataclass(frozen=True)
class Flag:
    def read(self, value: Any, name: str) -> bool:
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", name)
        return bool(value == "true")


class OneOf:
    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def read(self, value: Any, name: str) -> str:
        if value not in self.choices:
            raise invalid(f"Invalid {name}: must be one of {', '.join(self.choices)}", name)
        return str(value)


@dataclass(frozen=True)
class OffSession:
    """Whether the customer is away: a flag, or how often that will be so."""

    def read(self, value: Any, name: str) -> bool:
        if value in ("one_off", "recurring"):
            return True
        return Flag().read(value, name)


@dataclass(frozen=True)
class Texts:
    """Metadata; an empty text takes a value back."""

    def read(self, value: Any, name: str) -> dict[str, str]:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid(f"Invalid object: {name}", name)
        if len(value) > 50:
            raise invalid(f"{name} can have up to 50 keys.", name)
        for key, text in value.items():
            self._check(key, text, name)
        return {key: text for key, text in value.items() if text}

    def _check(self, key: str, text: Any, name: str) -> None:
        if not isinstance(text, str):
            raise invalid(f"Invalid string: {name}[{key}]", f"{name}[{key}]")
        if len(key) > 40 or len(text) > 500:
            raise invalid(f"{name}[{key}] is too long.", f"{name}[{key}]")


@dataclass(frozen=True)
class Period:
    """A moment, or bounds of it by `gt`, `gte`, `lt` and `lte`."""

    def read(self, value: Any, name: str) -> dict[str, int]:
        if isinstance(value, dict):
            return _BOUNDS.read(value, name)
        moment = Whole().read(value, name)
        return {"gte": moment, "lte": moment}


@dataclass(frozen=True)
class ListOf:
    item: Kind
    longest: int = 100

    def read(self, value: Any, name: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise invalid("Invalid array", name)
        if len(value) > self.longest:
            raise invalid(f"Invalid array: at most {self.longest} items", name)
        ordered = sorted(value, key=int)
        return [self.item.read(value[key], f"{name}[{key}]") for key in ordered]


@dataclass(frozen=True)
class Shape:
    """An object with these fields and no other."""

    fields: Mapping[str, Kind]
    required: frozenset[str] = field(default_factory=frozenset)

    def read(self, value: Any, name: str = "") -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid object", name)
        for key in value:
            if key not in self.fields:
                raise unknown(_inside(name, key))
        for key in self.fields:
            if key in self.required and key not in value:
                raise missing(_inside(name, key))
        return {key: self.fields[key].read(item, _inside(name, key)) for key, item in value.items()}


def shape(required: str = "", /, **fields: Kind) -> Shape:
    """An object; `required` names some of its fields, with spaces between them."""
    return Shape(fields, frozenset(required.split()))


def _inside(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


_BOUNDS = shape(gt=Whole(), gte=Whole(), lt=Whole(), lte=Whole())
