"""Loads the classes that a site names in its settings.

A socket is given as a dotted path or as {"BACKEND": path, "OPTIONS": {...}} ("RULE" in a rule
set). The options become keyword arguments; one that the class does not know is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.module_loading import import_string

from bookable.conf import SocketSpec
from bookable.errors import Misconfigured

T = TypeVar("T")


@dataclass(frozen=True)
class Socket(Generic[T]):
    """A class that was found and accepted, with the options to make instances of it."""

    path: str
    factory: type[T]
    options: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> T:
        return self.factory(**self.options)


def load_socket(
    spec: SocketSpec, base: type[T], *, setting: str, path_key: str = "BACKEND"
) -> Socket[T]:
    """The class that a setting names, or Misconfigured with a sentence that says why not."""
    path, options = _read(spec, setting, path_key)
    try:
        factory = import_string(path)
    except (ImportError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"{setting} names “{path}”, which can't be imported: {error}"
        ) from error
    if not (isinstance(factory, type) and issubclass(factory, base)):
        raise Misconfigured(
            f"{setting} names “{path}”, which is not a subclass of "
            f"{base.__module__}.{base.__qualname__}."
        )
    _refuse_unknown_options(factory, options, setting)
    return Socket(path, factory, options)


def shared(spec: SocketSpec, base: type[T], *, setting: str) -> T:
    """The one instance for the whole process; a new one as soon as the setting names another."""
    made = _shared.get(setting)
    if made is None or made[0] != spec:
        made = _shared[setting] = (spec, load_socket(spec, base, setting=setting).make())
    instance: T = made[1]
    return instance


_shared: dict[str, tuple[SocketSpec, Any]] = {}


def _read(spec: object, setting: str, path_key: str) -> tuple[str, Mapping[str, Any]]:
    if isinstance(spec, str):
        return spec, {}
    if not isinstance(spec, Mapping) or not isinstance(spec.get(path_key), str):
        raise Misconfigured(
            f"{setting} must be a dotted path or a dict with “{path_key}” and “OPTIONS”."
        )
    unknown = set(spec) - {path_key, "OPTIONS"}
    if unknown:
        raise Misconfigured(
            f"{setting} has unknown keys: {', '.join(sorted(map(str, unknown)))}; "
            f"it takes “{path_key}” and “OPTIONS”."
        )
    options = spec.get("OPTIONS", {})
    if not isinstance(options, Mapping):
        raise Misconfigured(f"{setting}: “OPTIONS” must be a dict.")
    return spec[path_key], options


def _refuse_unknown_options(factory: type, options: Mapping[str, Any], setting: str) -> None:
    signature = inspect.signature(factory)
    try:
        signature.bind(**options)
    except TypeError as error:
        accepted = ", ".join(signature.parameters) or "none"
        raise Misconfigured(
            f"{setting}: {factory.__qualname__} can't be made with these options ({error}); "
            f"it accepts: {accepted}."
        ) from error
