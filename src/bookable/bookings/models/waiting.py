from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.bookings.models.booking import Booking
from bookable.catalog.models import Provider, Service
from bookable.payments.models.contact import Contact


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    LAPSED = "lapsed", _("Lapsed")
    LEFT = "left", _("Left")


class WaitingEntry(Contact, TimeStampedModel):
    """Somebody who waits for time to become free, in the order in which they came.

    With a `booking` they have a place already and wait for an earlier one.
    """

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.CASCADE,
        related_name="waiting",
        db_index=False,
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="waiting",
        help_text=_("Leave empty if anybody will do."),
    )
    earliest = models.DateTimeField(_("earliest start"))
    latest = models.DateTimeField(_("latest start"))
    seats = models.PositiveIntegerField(_("seats"), default=1)
    state = models.CharField(
        _("state"), max_length=20, choices=WaitingState.choices, default=WaitingState.WAITING
    )
    booking = models.ForeignKey(
        Booking,
        verbose_name=_("booking to move"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="waiting",
    )
    offer = models.OneToOneField(
        Booking,
        verbose_name=_("offered hold"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offered_to",
    )
    open_key = models.CharField(
        _("key while open"), max_length=100, null=True, blank=True, unique=True, editable=False
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        indexes = [
            models.Index(fields=["service", "state", "earliest"], name="bookable_waiting_read")
        ]
        constraints = [
            models.CheckConstraint(
                name="bookable_waiting_in_order",
                condition=Q(latest__gte=F("earliest")),
                violation_error_message=_("The latest start must not come before the earliest."),
            ),
            models.CheckConstraint(
                name="bookable_waiting_seats",
                condition=Q(seats__gte=1),
                violation_error_message=_("At least one seat must be waited for."),
            ),
            models.CheckConstraint(
                name="bookable_waiting_offer",
                condition=~Q(state=WaitingState.OFFERED) | Q(offer__isnull=False),
                violation_error_message=_("An offer must hold something."),
            ),
            models.CheckConstraint(
                name="bookable_waiting_open",
                condition=Q(state__in=[WaitingState.WAITING, WaitingState.OFFERED])
                | Q(open_key__isnull=True),
                violation_error_message=_("An entry that is closed keeps no key."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.earliest:%Y-%m-%d} – {self.latest:%Y-%m-%d}"
