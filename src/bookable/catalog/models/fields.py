"""Model fields and validators that several models share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.conf import settings as bookable_settings
from bookable.timeline.zones import NoSuchZone, zone_info


def default_zone() -> str:
    return settings.TIME_ZONE


def default_currency() -> str:
    return bookable_settings.CURRENCY


def validate_zone(value: str) -> None:
    try:
        zone_info(value)
    except NoSuchZone as error:
        raise ValidationError(
            _("“%(zone)s” is not a known time zone."), "unknown_zone", {"zone": value}
        ) from error


def zone_field(**options: Any) -> models.CharField[str, str]:
    options = {"max_length": 64, "default": default_zone, "validators": [validate_zone], **options}
    return models.CharField(_("time zone"), **options)


def currency_field() -> models.CharField[str, str]:
    return models.CharField(
        _("currency"),
        max_length=3,
        default=default_currency,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Enter a code such as EUR."))],
    )


def minutes_field(label: Any, **options: Any) -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(label, **{"help_text": _("In minutes."), **options})


class ChannelFlags(models.Model):
    """Whether something applies in person, by video and by phone."""

    in_person = models.BooleanField(_("in person"), default=True)
    video = models.BooleanField(_("by video"), default=True)
    phone = models.BooleanField(_("by phone"), default=True)

    class Meta:
        abstract = True

    @property
    def channels(self) -> list[str]:
        return [name for name in ("in_person", "video", "phone") if getattr(self, name)]
