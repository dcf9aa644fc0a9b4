from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bookable.catalog.models import Provider
from bookable.catalog.switching import write_columns
from bookable.errors import InvalidCatalog


def set_accepting(
    provider: Provider | int,
    accepts_from: date | None,
    accepts_until: date | None,
    *,
    using: str | None = None,
) -> Provider:
    """Bookings are accepted from the first day to the last, that day included.

    None means that there is no such day. Raises InvalidCatalog if they come in the wrong order.
    """
    if accepts_from is not None and accepts_until is not None and accepts_until < accepts_from:
        raise InvalidCatalog(_("The last day must not come before the first."))
    days = {"accepts_from": accepts_from, "accepts_until": accepts_until}
    return write_columns(provider, days, change="set_accepting", using=using)
