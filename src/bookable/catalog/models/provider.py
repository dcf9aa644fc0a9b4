from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.choices import ProviderKind
from bookable.catalog.models.fields import zone_field
from bookable.catalog.models.labels import Tag
from bookable.catalog.models.location import Location
from bookable.catalog.querysets import ProviderQuerySet


class Provider(TimeStampedModel):
    """Anything with a calendar of its own: a person, a room, a piece of equipment.

    A thin row for the site's own models to point at. It is also the row that is locked when one
    of its lanes is taken.
    """

    kind = models.CharField(
        _("kind"), max_length=20, choices=ProviderKind.choices, default=ProviderKind.PERSON
    )
    name = models.CharField(_("public name"), max_length=100)
    slug = models.SlugField(_("slug"), unique=True)
    units = models.PositiveSmallIntegerField(
        _("units"), default=1, help_text=_("How many identical ones there are.")
    )
    zone = zone_field(help_text=_("Working hours are wall-clock times in this zone."))
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookable_provider",
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="providers",
        help_text=_("Leave empty if the hours say where."),
    )

    is_active = models.BooleanField(_("active"), default=True)
    is_approved = models.BooleanField(
        _("approved"), default=True, help_text=_("One who is not approved is offered nowhere.")
    )
    is_public = models.BooleanField(
        _("listed"), default=True, help_text=_("Shown in lists of people or rooms.")
    )
    accepts_from = models.DateField(_("accepts bookings from"), null=True, blank=True)
    accepts_until = models.DateField(
        _("accepts bookings until"), null=True, blank=True, help_text=_("This day included.")
    )

    photo = models.FileField(
        _("photo"),
        upload_to="bookable/providers/",
        blank=True,
        validators=[FileExtensionValidator(["avif", "jpeg", "jpg", "png", "webp"])],
    )
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    bio = models.TextField(_("about"), blank=True)
    languages = models.JSONField(
        _("languages"), default=list, blank=True, help_text=_('Codes, such as ["en", "fr"].')
    )
    tier = models.CharField(_("tier"), max_length=50, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="providers")

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        constraints = [
            models.CheckConstraint(
                name="bookable_provider_has_a_unit",
                condition=Q(units__gte=1),
                violation_error_message=_("There must be at least one unit."),
            ),
            models.CheckConstraint(
                name="bookable_provider_accepts_in_order",
                condition=Q(accepts_from=None)
                | Q(accepts_until=None)
                | Q(accepts_until__gte=F("accepts_from")),
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def accepts_on(self, day: date) -> bool:
        """Whether bookings for this date are accepted at all."""
        return (self.accepts_from is None or self.accepts_from <= day) and (
            self.accepts_until is None or day <= self.accepts_until
        )
