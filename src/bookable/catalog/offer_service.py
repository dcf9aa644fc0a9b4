from __future__ import annotations

from django.db import router

from bookable.catalog.locking import lock_providers, lock_service
from bookable.catalog.models import Offering, PaymentMode, Provider, Service
from bookable.money import Money
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def offer_service(
    provider: Provider,
    slug: str,
    *,
    duration: int | None = None,
    price: str | None = None,
    using: str | None = None,
) -> Service:
    """A provider gives the service of that slug, which is made if it isn't there.

    The price is as people write it (“50.00”) and makes the service one that is paid in full
    online; what is not given stays as it is. Raises InvalidMoney, and Django's ValidationError for
    a slug, duration or price that a service can't have.
    """
    using = using or router.db_for_write(Service)

    def work() -> Service:
        service = _find_or_begin(slug, provider.zone, using)
        if duration is not None:
            service.duration = duration
        if price is not None:
            service.price = Money.of(price, service.currency).amount
            service.payment = PaymentMode.FULL
        service.full_clean(validate_unique=False)
        service.save(using=using)
        locked = lock_providers([provider], using=using)
        Offering.objects.using(using).get_or_create(service=service, provider=locked[0])
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="offer_service"
        )
        return service

    return in_transaction(work, using=using)


def _find_or_begin(slug: str, zone: str, using: str) -> Service:
    known = Service.objects.using(using).filter(slug=slug).first()
    if known is not None:
        return lock_service(known, using=using)
    return Service(slug=slug, name=slug.replace("-", " ").capitalize(), zone=zone)
