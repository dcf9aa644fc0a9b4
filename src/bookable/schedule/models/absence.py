from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models import Provider


class TimeOff(models.Model):
    """Time in which a provider, or everybody, is away."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="time_off",
        db_index=False,
        help_text=_("Empty means everybody."),
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Never shown to customers.")
    )

    class Meta:
        ordering = ["start", "pk"]
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        indexes = [models.Index(fields=["provider", "end", "start"], name="bookable_timeoff_read")]
        constraints = [
            models.CheckConstraint(
                name="bookable_timeoff_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} – {self.end:%Y-%m-%d %H:%M}"


class BusyTime(models.Model):
    """Time that something outside occupies, an event of a provider's own calendar for instance."""

    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        related_name="busy_times",
        db_index=False,
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    source = models.CharField(_("source"), max_length=100, default="manual")
    external_id = models.CharField(  # noqa: DJ001 - NULL keeps rows without one apart in the key
        _("id at the source"), max_length=255, null=True, blank=True
    )

    class Meta:
        ordering = ["start", "pk"]
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        indexes = [models.Index(fields=["provider", "end", "start"], name="bookable_busytime_read")]
        constraints = [
            models.CheckConstraint(
                name="bookable_busytime_in_order",
                condition=Q(end__gt=F("start")),
                violation_error_message=_("The end must come after the start."),
            ),
            models.UniqueConstraint(
                fields=["provider", "source", "external_id"],
                name="bookable_busytime_once_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.start:%Y-%m-%d %H:%M} – {self.end:%Y-%m-%d %H:%M}"
