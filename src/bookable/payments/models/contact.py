from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from bookable.timeline.zones import NoSuchZone, zone_info


class Contact(models.Model):
    """Who a customer is and how they are reached: the personal data, in one place to erase."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bookable_%(class)s_set",
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    phone = PhoneNumberField(_("phone number"), blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    customer_zone = models.CharField(_("customer's time zone"), max_length=64, blank=True)

    class Meta:
        abstract = True

    def zone_or(self, other: str) -> str:
        """The zone in which times are told to them; another where theirs is not known here."""
        try:
            zone_info(self.customer_zone)
        except NoSuchZone:
            return other
        return self.customer_zone
