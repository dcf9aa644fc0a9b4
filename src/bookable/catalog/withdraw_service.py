from __future__ import annotations

from django.db import router

from bookable.catalog.locking import lock_providers, lock_service
from bookable.catalog.models import Offering, Provider, Service
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def withdraw_service(
    service: Service | int, provider: Provider | int, *, using: str | None = None
) -> None:
    """The provider does not give this service any more; what is booked stays.

    Nothing happens if they don't give it already.
    """
    using = using or router.db_for_write(Service)

    def work() -> None:
        given = lock_service(service, using=using)
        locked = lock_providers([provider], using=using)
        rows = Offering.objects.using(using).filter(service=given, provider=locked[0])
        gone, _by_model = rows.delete()
        if gone:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change="withdraw_service"
            )

    in_transaction(work, using=using)
