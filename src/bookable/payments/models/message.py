from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """What became of a gateway's message."""

    RECEIVED = "received", _("received")
    PROCESSED = "processed", _("processed")
    IGNORED = "ignored", _("of no concern")
    UNMATCHED = "unmatched", _("about no payment that is known")
    FAILED = "failed", _("failed, to be tried again")
    DEAD = "dead", _("given up")


class WebhookEvent(models.Model):
    """A gateway's message as it came, kept before anything is done about it.

    Its body is removed after a while; the hash of it stays.
    """

    gateway = models.CharField(_("gateway"), max_length=50)
    event_id = models.CharField(_("gateway's key"), max_length=191)
    type = models.CharField(_("type"), max_length=100)
    body = models.TextField(_("body"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    digest = models.CharField(_("hash of its body"), max_length=64)
    references = models.JSONField(_("our keys in it"), default=list, blank=True)
    externals = models.JSONField(_("the gateway's keys in it"), default=list, blank=True)
    received_at = models.DateTimeField(_("received at"), db_index=True)
    state = models.CharField(
        _("state"), max_length=20, choices=MessageState.choices, default=MessageState.RECEIVED
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("tried again at"), null=True, blank=True)
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("message of a gateway")
        verbose_name_plural = _("messages of gateways")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_id"], name="bookable_webhookevent_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="bookable_webhookevent_due")]

    def __str__(self) -> str:
        return f"{self.type} ({self.gateway})"
