from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models.fields import minutes_field
from bookable.catalog.models.service import Service


class Extra(models.Model):
    """Something that can be added to a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="extras")
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"))
    description = models.TextField(_("description"), blank=True)
    price = models.PositiveBigIntegerField(
        _("price"), default=0, help_text=_("In the currency's smallest unit, for each.")
    )
    minutes = minutes_field(_("extra time"), default=0)
    max_quantity = models.PositiveIntegerField(
        _("at most"), default=1, help_text=_("How many one booking may have.")
    )
    stock = models.PositiveIntegerField(
        _("stock"),
        null=True,
        blank=True,
        help_text=_("How many there are at any one time. Empty: as many as are asked for."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("extra")
        verbose_name_plural = _("extras")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "slug"], name="bookable_extra_once_a_service"
            ),
            models.CheckConstraint(
                name="bookable_extra_quantity",
                condition=Q(max_quantity__gte=1),
                violation_error_message=_("At least one must be allowed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
