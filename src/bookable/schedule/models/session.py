from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models import Channel, Location, Provider, Service
from bookable.catalog.models.fields import zone_field


class Session(TimeStampedModel):
    """What happens at a time. Written by the booking verbs only."""

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    # the index that availability reads by begins with the same column, here and below
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        related_name="sessions",
        db_index=False,
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    zone = zone_field()
    utc_offset = models.IntegerField(
        _("UTC offset"), help_text=_("In seconds, as the zone's rules stood when it was made.")
    )
    capacity = models.PositiveIntegerField(_("capacity"), default=1)
    minimum = models.PositiveIntegerField(_("minimum"), default=1)
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0)
    opened_by_staff = models.BooleanField(_("opened by staff"), default=False)
    channel = models.CharField(
        _("channel"), max_length=20, choices=Channel.choices, default=Channel.IN_PERSON
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
    )
    join_url = models.URLField(_("link to join"), blank=True)
    decided_at = models.DateTimeField(
        _("decided at"),
        null=True,
        blank=True,
        help_text=_("When it was decided whether it takes place."),
    )
    called_off_at = models.DateTimeField(
        _("called off at"),
        null=True,
        blank=True,
        help_text=_("By staff, or because too few had booked."),
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    #: Seats whose holds have run out, as the reader found them; their rows are yet to be freed.
    lapsed_seats = 0

    class Meta:
        ordering = ["start", "pk"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["service", "start"], name="bookable_session_read")]
        constraints = [
            models.CheckConstraint(
                name="bookable_session_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                name="bookable_session_seats",
                condition=Q(capacity__gte=1, seats_taken__lte=F("capacity")),
                violation_error_message=_("There are no more seats than the capacity."),
            ),
            models.CheckConstraint(
                name="bookable_session_minimum",
                condition=Q(minimum__gte=1, minimum__lte=F("capacity")),
                violation_error_message=_("The minimum must lie between one and the capacity."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.start:%Y-%m-%d %H:%M}"

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken + self.lapsed_seats


class Claim(models.Model):
    """A session occupies a lane, buffers included. Never deleted; freed by `released_at`."""

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="claims"
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
    )
    unit = models.PositiveSmallIntegerField(_("unit"), default=0)
    booking = models.ForeignKey(
        "bookable.Booking",
        verbose_name=_("booking"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text=_("Set where it serves one booking's seats only, as a bike does its rider."),
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    expires_at = models.DateTimeField(
        _("expires at"), null=True, blank=True, help_text=_("Set while it is only held.")
    )
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        ordering = ["start", "pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [models.Index(fields=["provider", "end", "start"], name="bookable_claim_read")]
        constraints = [
            models.CheckConstraint(
                name="bookable_claim_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.unit} {self.start:%Y-%m-%d %H:%M} – {self.end:%H:%M}"
