from __future__ import annotations

from django.db import router

from bookable.catalog.link import BookableProvider
from bookable.transactions import in_transaction

_BATCH = 200


def link_rows(model: type[BookableProvider], *, using: str | None = None) -> int:
    """Gives a calendar to every row that has none yet; how many there were.

    It works through them in batches and can be stopped and run again at any time.
    """
    alias = using or router.db_for_write(model)
    linked = 0
    while batch := _link_batch(model, alias):
        linked += batch
    return linked


def _link_batch(model: type[BookableProvider], using: str) -> int:
    rows = model._base_manager.using(using)

    def work() -> int:
        unlinked = rows.filter(provider=None).order_by("pk").select_for_update()
        batch = list(unlinked[:_BATCH])
        for row in batch:
            # the row's own save() may do more than is asked for here
            rows.filter(pk=row.pk).update(provider=row.link_provider(using))
        return len(batch)

    return in_transaction(work, using=using)
