from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.bookings.models.booking import Booking
from bookable.bookings.states import State


class BookingEvent(models.Model):
    """One thing that happened to a booking. Added, never changed.

    `data` holds field names, keys and amounts, never personal data; free text is in `comment`,
    the one column that may be emptied.
    """

    booking = models.ForeignKey(
        Booking,
        verbose_name=_("booking"),
        on_delete=models.PROTECT,
        related_name="events",
        db_index=False,
    )
    seq = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    verb = models.CharField(_("verb"), max_length=50)
    before = models.CharField(_("before"), max_length=20, choices=State.choices, blank=True)
    after = models.CharField(_("after"), max_length=20, choices=State.choices)
    role = models.CharField(_("role"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=50, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    data = models.JSONField(_("data"), default=dict, blank=True)

    class Meta:
        ordering = ["booking", "seq"]
        verbose_name = _("event of a booking")
        verbose_name_plural = _("events of bookings")
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "seq"], name="bookable_bookingevent_in_sequence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.verb}"
