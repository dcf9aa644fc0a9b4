"""The public door to every model of the core app."""

from __future__ import annotations

from bookable.catalog.models import *  # noqa: F403
from bookable.catalog.models import __all__ as _catalog
from bookable.schedule.models import *  # noqa: F403
from bookable.schedule.models import __all__ as _schedule

__all__ = [*_catalog, *_schedule]  # noqa: PLE0604
