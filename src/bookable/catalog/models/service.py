from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Unpack

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from model_utils.models import TimeStampedModel

from bookable.catalog.models.choices import PaymentMode, Visibility, ZoneMode
from bookable.catalog.models.fields import (
    ChannelFlags,
    currency_field,
    minutes_field,
    zone_field,
)
from bookable.catalog.models.labels import Category, Tag
from bookable.catalog.models.location import Location
from bookable.catalog.querysets import ServiceQuerySet
from bookable.money import Money
from bookable.timeline import clock
from bookable.timeline.zones import NoSuchZone, local_date

if TYPE_CHECKING:
    from bookable.availability.answers import Day, Reason, Slot
    from bookable.availability.query import Asked


class Service(ChannelFlags, TimeStampedModel):
    """What can be booked."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), unique=True)
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="services")
    locations = models.ManyToManyField(
        Location,
        verbose_name=_("locations"),
        blank=True,
        related_name="services",
        help_text=_("Leave empty if it is given wherever its providers are."),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    link_token = models.UUIDField(
        _("private link"), default=uuid.uuid4, unique=True, editable=False
    )

    zone = zone_field(help_text=_("Dates and daily limits are meant in this zone."))
    zone_mode = models.CharField(
        _("shown times"), max_length=20, choices=ZoneMode.choices, default=ZoneMode.PLACE
    )
    duration = minutes_field(_("duration"), default=60)
    slot_interval = minutes_field(
        _("interval between starts"),
        null=True,
        blank=True,
        help_text=_("In minutes. Leave empty to use the duration."),
    )
    buffer_before = minutes_field(_("buffer before"), default=0)
    buffer_after = minutes_field(_("buffer after"), default=0)

    capacity = models.PositiveIntegerField(
        _("capacity"), default=1, help_text=_("How many seats a session has.")
    )
    minimum = models.PositiveIntegerField(
        _("minimum"), default=1, help_text=_("How many seats must be taken for it to happen.")
    )

    minimum_deadline = minutes_field(
        _("time before the start at which the minimum must be reached"), default=24 * 60
    )

    min_notice = minutes_field(_("minimum notice"), default=0)
    horizon_days = models.PositiveIntegerField(
        _("horizon"), default=90, help_text=_("How many days ahead it can be booked.")
    )
    bookable_from = models.DateField(_("first day"), null=True, blank=True)
    bookable_until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("This day included.")
    )
    max_per_day = models.PositiveIntegerField(
        _("at most a day"), null=True, blank=True, help_text=_("Sessions of this service.")
    )
    max_per_week = models.PositiveIntegerField(
        _("at most a week"), null=True, blank=True, help_text=_("Sessions of this service.")
    )
    max_per_provider_day = models.PositiveIntegerField(
        _("at most a day and provider"), null=True, blank=True
    )
    max_per_provider_week = models.PositiveIntegerField(
        _("at most a week and provider"), null=True, blank=True
    )
    max_per_customer = models.PositiveIntegerField(
        _("at most a customer"),
        null=True,
        blank=True,
        help_text=_("Bookings that one customer may have ahead."),
    )

    price = models.PositiveBigIntegerField(
        _("price"), default=0, help_text=_("In the currency's smallest unit, for one seat.")
    )
    currency = currency_field()
    payment = models.CharField(
        _("payment"),
        max_length=20,
        choices=PaymentMode.choices,
        default=PaymentMode.NONE,
        help_text=_("A price alone asks for no payment online."),
    )
    deposit_percent = models.PositiveSmallIntegerField(
        _("deposit in per cent"), null=True, blank=True
    )
    deposit = models.PositiveBigIntegerField(
        _("deposit"), null=True, blank=True, help_text=_("In the currency's smallest unit.")
    )

    balance_days = models.PositiveSmallIntegerField(
        _("rest due so many days before"),
        null=True,
        blank=True,
        help_text=_("Before the start. Empty: whatever the deposit leaves is paid on the spot."),
    )
    cancel_unpaid = models.BooleanField(
        _("cancelled if the rest is not paid"),
        default=False,
        help_text=_("When it is due and was not paid, at the fee for cancelling."),
    )
    tax_percent = models.DecimalField(
        _("tax in per cent"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    tax_included = models.BooleanField(
        _("tax is in the price"), default=True, help_text=_("If not, it is added to it.")
    )

    requires_approval = models.BooleanField(_("needs approval"), default=False)
    respond_by = minutes_field(
        _("time to answer a request"),
        null=True,
        blank=True,
        help_text=_("In minutes. A request that is not answered by then expires."),
    )
    check_in_minutes = minutes_field(
        _("time to check in"),
        null=True,
        blank=True,
        help_text=_(
            "In minutes after the start. Whoever has not checked in by then loses the place. "
            "Empty: nobody has to check in."
        ),
    )
    rule_set = models.CharField(_("rule set"), max_length=50, default="default")

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                name="bookable_service_takes_time",
                condition=Q(duration__gte=1),
                violation_error_message=_("A service must last at least a minute."),
            ),
            models.CheckConstraint(
                name="bookable_service_interval",
                condition=Q(slot_interval=None) | Q(slot_interval__gte=1),
                violation_error_message=_("Starts must be at least a minute apart."),
            ),
            models.CheckConstraint(
                name="bookable_service_seats",
                condition=Q(capacity__gte=1, minimum__gte=1, minimum__lte=F("capacity")),
                violation_error_message=_("The minimum must lie between one and the capacity."),
            ),
            models.CheckConstraint(
                name="bookable_service_horizon",
                condition=Q(horizon_days__gte=1),
                violation_error_message=_("The horizon must be at least one day."),
            ),
            models.CheckConstraint(
                name="bookable_service_days_in_order",
                condition=Q(bookable_from=None)
                | Q(bookable_until=None)
                | Q(bookable_until__gte=F("bookable_from")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="bookable_service_has_a_channel",
                condition=Q(in_person=True) | Q(video=True) | Q(phone=True),
                violation_error_message=_("Choose at least one way to meet."),
            ),
            models.CheckConstraint(
                name="bookable_service_limits",
                condition=(Q(max_per_day=None) | Q(max_per_day__gte=1))
                & (Q(max_per_week=None) | Q(max_per_week__gte=1))
                & (Q(max_per_provider_day=None) | Q(max_per_provider_day__gte=1))
                & (Q(max_per_provider_week=None) | Q(max_per_provider_week__gte=1))
                & (Q(max_per_customer=None) | Q(max_per_customer__gte=1)),
                violation_error_message=_("A limit must be at least one."),
            ),
            models.CheckConstraint(
                name="bookable_service_tax",
                condition=Q(tax_percent__isnull=True) | Q(tax_percent__gte=0, tax_percent__lte=100),
                violation_error_message=_("A tax lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="bookable_service_deposit",
                condition=~Q(payment=PaymentMode.DEPOSIT)
                # a comparison with NULL is no refusal, so the presence is asked for as well
                | Q(deposit__isnull=True, deposit_percent__isnull=False)
                & Q(deposit_percent__gte=1, deposit_percent__lte=100)
                | Q(deposit_percent__isnull=True, deposit__isnull=False)
                & Q(deposit__gte=1, deposit__lte=F("price")),
                violation_error_message=_(
                    "Give the deposit either in per cent or as an amount up to the price."
                ),
            ),
            models.CheckConstraint(
                name="bookable_service_respond_by",
                condition=Q(respond_by=None) | Q(respond_by__gte=1),
                violation_error_message=_("There must be at least a minute to answer."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.min_notice >= self.horizon_days * 24 * 60:
            raise ValidationError(
                {"min_notice": _("With this much notice, nothing within the horizon is left.")}
            )
        if self._state.adding and self._has_ended():
            raise ValidationError({"bookable_until": _("The last day has already passed.")})

    def _has_ended(self) -> bool:
        try:
            today = local_date(self.zone, clock.now_instant())
        except NoSuchZone:
            return False  # the zone's own validator says what is wrong
        return self.bookable_until is not None and self.bookable_until < today

    @property
    def step(self) -> int:
        """Minutes between two starts."""
        return self.slot_interval or self.duration

    @property
    def base_price(self) -> Money:
        """What one seat costs before anything is added."""
        return Money(self.price, self.currency)

    @property
    def durations(self) -> list[int]:
        """Every length, in minutes, that a customer can choose; the service's own comes first."""
        others = (choice.minutes for choice in self.duration_choices.all())
        return [self.duration, *(minutes for minutes in others if minutes != self.duration)]

    def slots(
        self, start: date | datetime, end: date | datetime, **asked: Unpack[Asked]
    ) -> list[Slot]:
        """Every start that is free from `start` until before `end`."""
        from bookable.availability.slots import slots

        return slots(self, start, end, **asked)

    def days(
        self,
        start: date | datetime,
        end: date | datetime,
        *,
        zone: str | None = None,
        **asked: Unpack[Asked],
    ) -> list[Day]:
        """How many starts each day of a zone's calendar has."""
        from bookable.availability.days import days

        return days(self, start, end, zone=zone, **asked)

    def next_slot(self, after: datetime | None = None, **asked: Unpack[Asked]) -> Slot | None:
        """The first free start from a moment on, within the horizon."""
        from bookable.availability.next_free import next_slot

        return next_slot(self, after, **asked)

    def explain(self, start: datetime, **asked: Unpack[Asked]) -> list[Reason]:
        """Why this start is not free; an empty list means that it is."""
        from bookable.availability.explain import explain

        return explain(self, start, **asked)


class DurationChoice(models.Model):
    """Another length in which a service can be had."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="duration_choices")
    minutes = minutes_field(_("duration"))
    price = models.PositiveBigIntegerField(
        _("price"),
        null=True,
        blank=True,
        help_text=_("In the currency's smallest unit. Empty: in proportion to the duration."),
    )

    class Meta:
        ordering = ["minutes"]
        verbose_name = _("further duration")
        verbose_name_plural = _("further durations")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "minutes"], name="bookable_duration_once_a_service"
            ),
            models.CheckConstraint(
                name="bookable_duration_takes_time",
                condition=Q(minutes__gte=1),
                violation_error_message=_("A service must last at least a minute."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(minutes)d minutes") % {"minutes": self.minutes})
