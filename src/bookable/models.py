"""The public door to every model of the core app."""

from __future__ import annotations

from bookable.bookings.models import *  # noqa: F403
from bookable.bookings.models import __all__ as _bookings
from bookable.catalog.models import *  # noqa: F403
from bookable.catalog.models import __all__ as _catalog
from bookable.payments.models import *  # noqa: F403
from bookable.payments.models import __all__ as _payments
from bookable.schedule.models import *  # noqa: F403
from bookable.schedule.models import __all__ as _schedule

__all__ = [*_catalog, *_schedule, *_payments, *_bookings]  # noqa: PLE0604
