from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.payments.models import Order


class Guard(models.Model):
    """A row to lock for a limit that is wider than one provider."""

    key = models.CharField(_("key"), max_length=100, unique=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("guard")
        verbose_name_plural = _("guards")

    def __str__(self) -> str:
        return self.key


class IdempotencyKey(models.Model):
    """What a caller asked for under a key of theirs, so that asking twice books once."""

    scope = models.CharField(_("scope"), max_length=80)
    key = models.CharField(_("key"), max_length=100)
    verb = models.CharField(_("verb"), max_length=50)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    order = models.ForeignKey(
        Order,
        verbose_name=_("order"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    created = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key"], name="bookable_idempotencykey_once_a_scope"
            ),
        ]

    def __str__(self) -> str:
        return self.key
