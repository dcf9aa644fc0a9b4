from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models.fields import minutes_field
from bookable.catalog.models.provider import Provider
from bookable.catalog.models.service import Service


class Offering(models.Model):
    """A provider gives this service, perhaps at a price and in a time of their own."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="offerings")
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        related_name="offerings",
    )
    price = models.PositiveBigIntegerField(
        _("own price"),
        null=True,
        blank=True,
        help_text=_("In the currency's smallest unit. Empty: the service's price."),
    )
    duration = minutes_field(
        _("own duration"),
        null=True,
        blank=True,
        help_text=_("In minutes. Empty: the service's duration."),
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, help_text=_("Twice the weight, twice as often chosen.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "provider"], name="bookable_offering_once_a_service"
            ),
            models.CheckConstraint(
                name="bookable_offering_takes_time",
                condition=Q(duration=None) | Q(duration__gte=1),
                violation_error_message=_("A service must last at least a minute."),
            ),
            models.CheckConstraint(
                name="bookable_offering_weight",
                condition=Q(weight__gte=1),
                violation_error_message=_("The weight must be at least one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} – {self.provider}"
