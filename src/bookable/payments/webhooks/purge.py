from __future__ import annotations

from datetime import timedelta

from bookable.conf import settings
from bookable.payments.models import WebhookEvent
from bookable.payments.steps.locks import database
from bookable.timeline import clock


def purge_messages(*, limit: int = 1000, using: str | None = None) -> int:
    """A job: removes the bodies of old messages, which name customers; how many.

    The row and the hash of the body stay, so the same message is never acted on as a new one.
    """
    rows = WebhookEvent.objects.using(database(using))
    before = clock.now() - timedelta(days=settings.MESSAGE_DAYS)
    old = rows.filter(received_at__lt=before).exclude(body="")
    keys = list(old.order_by("received_at").values_list("pk", flat=True)[:limit])
    return rows.filter(pk__in=keys).update(body="", headers={})
