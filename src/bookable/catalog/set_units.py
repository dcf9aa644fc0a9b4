from __future__ import annotations

from django.utils.translation import gettext as _

from bookable.catalog.models import Provider
from bookable.catalog.switching import write_columns
from bookable.errors import InvalidCatalog


def set_units(provider: Provider | int, units: int, *, using: str | None = None) -> Provider:
    """There are so many identical ones from now on; what is booked on one that is gone stays.

    Raises InvalidCatalog for fewer than one.
    """
    if units < 1:
        raise InvalidCatalog(_("There must be at least one unit."))
    return write_columns(provider, {"units": units}, change="set_units", using=using)
