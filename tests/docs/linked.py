"""The site of docs/howto/link-your-model.md: the tests' own and the practice of the examples."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as _ORDINARY

INSTALLED_APPS = [*_ORDINARY, "practice"]
