from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.bookings.models.series import Series
from bookable.bookings.querysets import BookingQuerySet
from bookable.bookings.states import ENDED, State
from bookable.catalog.following import follow
from bookable.catalog.models import Channel, Extra, Service
from bookable.payments.models import Order
from bookable.schedule.models import Session
from bookable.timeline import clock

if TYPE_CHECKING:
    from bookable.bookings.models.event import BookingEvent
    from bookable.bookings.quoting import Quote
    from bookable.money import Money


class Booking(TimeStampedModel):
    """One customer's seats in a session, with a state and a history of its own.

    Who the customer is stands on its order. Written by the verbs only.
    """

    uuid = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=30, unique=True)
    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="bookings"
    )
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="bookings"
    )
    series = models.ForeignKey(
        Series,
        verbose_name=_("series"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.HELD, db_index=True
    )
    seats = models.PositiveIntegerField(_("seats"), default=1)
    channel = models.CharField(
        _("channel"), max_length=20, choices=Channel.choices, default=Channel.IN_PERSON
    )

    expires_at = models.DateTimeField(
        _("expires at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("When a hold or a request ends by itself."),
    )
    is_guarded = models.BooleanField(
        _("guarded"), default=False, help_text=_("Somebody is paying; nobody may take the place.")
    )
    freed_at = models.DateTimeField(
        _("freed at"), null=True, blank=True, help_text=_("When its place was given back.")
    )
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)

    asked = models.JSONField(
        _("asked for"),
        default=dict,
        editable=False,
        help_text=_("The provider, length and place that were chosen, for when it is moved."),
    )
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    attendees = models.JSONField(
        _("attendees"), default=list, blank=True, help_text=_("Names, one for each seat.")
    )
    note = models.TextField(_("customer's note"), blank=True)
    private_notes = models.TextField(
        _("private notes"), blank=True, help_text=_("Never shown to customers.")
    )
    outcome = models.CharField(
        _("outcome"), max_length=100, blank=True, help_text=_("What came of it.")
    )
    source = models.CharField(
        _("source"), max_length=100, blank=True, help_text=_("Where the booking came from.")
    )
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)

    policy = models.JSONField(
        _("policy"), default=dict, editable=False, help_text=_("What was agreed when it was made.")
    )
    moves = models.PositiveIntegerField(
        _("moves"), default=0, help_text=_("How often the customer has moved it.")
    )
    proposed_start = models.DateTimeField(
        _("proposed start"), null=True, blank=True, help_text=_("What the customer asked for.")
    )
    link_version = models.PositiveIntegerField(_("version of its links"), default=1)
    last_seq = models.PositiveIntegerField(_("events so far"), default=0, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        permissions = [
            ("override_rules", _("Can book against the rules")),
            ("waive_fees", _("Can let a customer off a fee")),
        ]
        constraints = [
            models.CheckConstraint(
                name="bookable_booking_seats",
                condition=Q(seats__gte=1),
                violation_error_message=_("At least one seat must be booked."),
            ),
            models.CheckConstraint(
                name="bookable_booking_state",
                condition=Q(state__in=State.values),
                violation_error_message=_("There is no such state."),
            ),
            models.CheckConstraint(
                name="bookable_booking_hold_ends",
                condition=~Q(state=State.HELD) | Q(expires_at__isnull=False),
                violation_error_message=_("A hold must end at some time."),
            ),
            models.CheckConstraint(
                name="bookable_booking_guarded_hold",
                condition=Q(is_guarded=False) | Q(state=State.HELD, freed_at__isnull=True),
                violation_error_message=_("Only a hold can be guarded."),
            ),
            models.CheckConstraint(
                name="bookable_booking_place",
                condition=(
                    ~Q(state__in=[State.REQUESTED, State.CONFIRMED]) | Q(freed_at__isnull=True)
                )
                & (~Q(state__in=ENDED) | Q(freed_at__isnull=False)),
                violation_error_message=_(
                    "A booking that stands has its place, and one that has ended gave it back."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def service(self) -> Service:
        service: Service = follow(self.session, "service")
        return service

    @property
    def is_lapsed(self) -> bool:
        """Whether it is a hold that has run out, whatever its state says."""
        return (
            self.state == State.HELD
            and not self.is_guarded
            and self.expires_at is not None
            and self.expires_at <= clock.now()
        )

    @property
    def status(self) -> State:
        """The state as everybody is to read it: a hold that has run out is expired."""
        return State.EXPIRED if self.is_lapsed else State(self.state)

    def asked_again(self) -> dict[str, Any]:
        """What of the first question still holds: the provider, the length, the place."""
        known = ("provider", "duration", "channel", "place")
        return {name: value for name, value in self.asked.items() if name in known}

    @property
    def history(self) -> models.QuerySet[BookingEvent]:
        """All that happened to it, in order."""
        return self.events.using(self._state.db).order_by("seq")

    @property
    def cost(self) -> Money:
        """What it costs as things stand: its lines of the order, taken together."""
        from bookable.bookings.steps.charging import cost_of

        return cost_of(self)

    @property
    def manage_token(self) -> str:
        """The secret part of the link by which a guest comes back; see `bookings.links`."""
        from bookable.bookings.links import manage_token

        return manage_token(self)

    def confirm(self, **details: Any) -> Booking:
        from bookable.bookings.confirm import confirm

        return confirm(self, **details)

    def request(self, **details: Any) -> Booking:
        from bookable.bookings.request import request

        return request(self, **details)

    def approve(self, **details: Any) -> Booking:
        from bookable.bookings.approve import approve

        return approve(self, **details)

    def decline(self, **details: Any) -> Booking:
        from bookable.bookings.decline import decline

        return decline(self, **details)

    def cancel(self, **details: Any) -> Booking:
        from bookable.bookings.cancel import cancel

        return cancel(self, **details)

    def reschedule(self, start: datetime, **details: Any) -> Booking:
        from bookable.bookings.reschedule import reschedule

        return reschedule(self, start, **details)

    def reassign(self, provider: Any, **details: Any) -> Booking:
        from bookable.bookings.reassign import reassign

        return reassign(self, provider, **details)

    def complete(self, **details: Any) -> Booking:
        from bookable.bookings.complete import complete

        return complete(self, **details)

    def mark_no_show(self, **details: Any) -> Booking:
        from bookable.bookings.mark_no_show import mark_no_show

        return mark_no_show(self, **details)

    def extend_hold(self, **details: Any) -> Booking:
        from bookable.bookings.extend_hold import extend_hold

        return extend_hold(self, **details)

    def cancellation_quote(self, at: datetime | None = None) -> Quote:
        """What cancelling would cost at a moment; `cancel()` obeys it."""
        from bookable.bookings.steps.charging import quote_for_cancelling

        return quote_for_cancelling(self, at)


class BookingExtra(models.Model):
    """An extra that was booked, at the price that was agreed."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="booked_extras")
    extra = models.ForeignKey(
        Extra, verbose_name=_("extra"), on_delete=models.PROTECT, related_name="booked"
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_amount = models.BigIntegerField(
        _("amount of one"), help_text=_("In the currency's smallest unit.")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("booked extra")
        verbose_name_plural = _("booked extras")
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "extra"], name="bookable_bookingextra_once_a_booking"
            ),
            models.CheckConstraint(
                name="bookable_bookingextra_quantity",
                condition=Q(quantity__gte=1),
                violation_error_message=_("At least one must be booked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.extra}"
