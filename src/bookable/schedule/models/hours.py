from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models import Location, Provider
from bookable.schedule.models.fields import WallTimeField
from bookable.timeline.walltime import LATEST, MINUTES_A_DAY, format_walltime


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WeeklyHours(models.Model):
    """One range of hours that comes back every week; it may run past midnight."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        related_name="weekly_hours",
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday.choices, validators=[MaxValueValidator(6)]
    )
    opens = WallTimeField(_("from"))
    closes = WallTimeField(_("to"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("This day included.")
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        ordering = ["weekday", "opens", "pk"]
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(
                name="bookable_weeklyhours_weekday", condition=Q(weekday__lte=6)
            ),
            models.CheckConstraint(
                name="bookable_weeklyhours_in_order",
                condition=Q(opens__lt=MINUTES_A_DAY, closes__gt=F("opens"), closes__lte=LATEST),
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                name="bookable_weeklyhours_validity",
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day must not come before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {hours_text(self.opens, self.closes)}"


class DateKind(models.TextChoices):
    CLOSED = "closed", _("Closed")
    INSTEAD = "instead", _("Other hours")
    EXTRA = "extra", _("Extra hours")


class DateHours(models.Model):
    """What differs from the weekly hours on one date, for one provider or for all.

    It speaks of the hours that begin on this date. A provider's own entry goes before one that is
    meant for all; extra hours are added whatever else is said.
    """

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="date_hours",
        db_index=False,
        help_text=_("Empty means everybody."),
    )
    date = models.DateField(_("date"))
    kind = models.CharField(
        _("kind"), max_length=10, choices=DateKind.choices, default=DateKind.CLOSED
    )
    opens = WallTimeField(_("from"), null=True, blank=True)
    closes = WallTimeField(_("to"), null=True, blank=True)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["date", "opens", "pk"]
        verbose_name = _("hours on a date")
        verbose_name_plural = _("hours on dates")
        indexes = [models.Index(fields=["provider", "date"], name="bookable_datehours_read")]
        constraints = [
            models.CheckConstraint(
                name="bookable_datehours_kind",
                condition=Q(kind=DateKind.CLOSED, opens=None, closes=None)
                | (
                    Q(kind__in=[DateKind.INSTEAD, DateKind.EXTRA])
                    & Q(opens__isnull=False, closes__isnull=False)
                    & Q(opens__lt=MINUTES_A_DAY, closes__gt=F("opens"), closes__lte=LATEST)
                ),
                violation_error_message=_(
                    "A closed day has no hours; any other needs an end after its start."
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.opens is None or self.closes is None:
            return f"{self.date} {self.get_kind_display()}"
        return f"{self.date} {self.get_kind_display()} {hours_text(self.opens, self.closes)}"


def hours_text(opens: int, closes: int) -> str:
    """“09:00–17:30”, as people write it."""
    return f"{format_walltime(opens)}–{format_walltime(closes)}"
