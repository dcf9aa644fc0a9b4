from __future__ import annotations

from bookable.catalog.models import Provider
from bookable.catalog.switching import write_columns
from bookable.errors import UnknownZone
from bookable.timeline.zones import NoSuchZone, zone_info


def set_zone(provider: Provider | int, zone: str, *, using: str | None = None) -> Provider:
    """The provider's hours are read on this zone's clock from now on; what is booked stays.

    Raises UnknownZone.
    """
    try:
        zone_info(zone)
    except NoSuchZone as error:
        raise UnknownZone(zone) from error
    return write_columns(provider, {"zone": zone}, change="set_zone", using=using)
