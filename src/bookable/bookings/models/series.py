from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models import Service
from bookable.catalog.models.fields import zone_field


class Series(TimeStampedModel):
    """Bookings that repeat. Each of them stands for itself; this is the rule they came from."""

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="series"
    )
    rule = models.CharField(
        _("rule"), max_length=500, help_text=_("An RRULE, such as FREQ=WEEKLY;COUNT=10.")
    )
    start = models.DateTimeField(_("first start"))
    zone = zone_field()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def __str__(self) -> str:
        return f"{self.service}: {self.rule}"
