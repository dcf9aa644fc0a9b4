from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models.fields import ChannelFlags
from bookable.catalog.models.provider import Provider
from bookable.catalog.models.service import Service


class Pool(models.Model):
    """Providers that stand in for one another, under a name that several services can use."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), unique=True)
    providers = models.ManyToManyField(Provider, verbose_name=_("providers"), related_name="pools")

    class Meta:
        ordering = ["name"]
        verbose_name = _("pool")
        verbose_name_plural = _("pools")

    def __str__(self) -> str:
        return self.name


class Need(ChannelFlags):
    """What a service takes: so many of these providers.

    The first need gives the starts their grid. A service without needs takes one of the providers
    who offer it; so does a need that names neither pool nor providers.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="needs")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    quantity = models.PositiveSmallIntegerField(
        _("how many"), null=True, default=1, blank=True, help_text=_("Empty means all of them.")
    )
    per_seat = models.BooleanField(
        _("for every seat"), default=False, help_text=_("A bike for each rider, say.")
    )
    pool = models.ForeignKey(
        Pool,
        verbose_name=_("pool"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
    )
    providers = models.ManyToManyField(
        Provider, verbose_name=_("providers"), blank=True, related_name="needs"
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.CheckConstraint(
                name="bookable_need_quantity",
                condition=Q(quantity=None) | Q(quantity__gte=1),
                violation_error_message=_("At least one must be needed."),
            ),
            models.CheckConstraint(
                name="bookable_need_has_a_channel",
                condition=Q(in_person=True) | Q(video=True) | Q(phone=True),
                violation_error_message=_("Choose at least one way to meet."),
            ),
        ]

    def __str__(self) -> str:
        many = _("all") if self.quantity is None else self.quantity
        whom = self.pool.name if self.pool else _("the providers")
        return str(_("%(many)s of %(whom)s") % {"many": many, "whom": whom})
