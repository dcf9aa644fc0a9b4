from __future__ import annotations

from django.db import router
from django.utils.translation import gettext as _

from bookable.catalog.models import Location, Provider
from bookable.catalog.switching import write_columns
from bookable.errors import NotFound


def set_location(
    provider: Provider | int, location: Location | int | None, *, using: str | None = None
) -> Provider:
    """The provider is at this place from now on; with None, wherever the hours say.

    What is booked stays. Raises NotFound.
    """
    using = using or router.db_for_write(Provider)
    key = location.pk if isinstance(location, Location) else location
    if key is not None and not Location.objects.using(using).filter(pk=key).exists():
        raise NotFound(_("location"), key)
    return write_columns(provider, {"location_id": key}, change="set_location", using=using)
