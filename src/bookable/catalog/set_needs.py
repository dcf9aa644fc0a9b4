from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import router
from django.utils.translation import gettext as _

from bookable.catalog.candidates import needs_of
from bookable.catalog.feasibility import NamedNeed, check_feasible
from bookable.catalog.locking import lock_providers, lock_service
from bookable.catalog.models import Channel, Need, Pool, Provider, Service
from bookable.errors import InvalidCatalog, UnknownChannel
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


@dataclass(frozen=True)
class NeedSpec:
    """So many of a pool and of these providers; of all who offer the service if it names neither.

    A quantity of None means all of them. Raises InvalidCatalog or UnknownChannel.
    """

    quantity: int | None = 1
    pool: Pool | None = None
    providers: tuple[Provider, ...] = ()
    per_seat: bool = False
    channels: tuple[str, ...] = tuple(Channel.values)

    def __post_init__(self) -> None:
        if self.quantity is not None and self.quantity < 1:
            raise InvalidCatalog(_("At least one must be needed."))
        if not self.channels:
            raise InvalidCatalog(_("Choose at least one way to meet."))
        for channel in self.channels:
            if channel not in Channel.values:
                raise UnknownChannel(channel)

    def __str__(self) -> str:
        many = _("all") if self.quantity is None else self.quantity
        return _("%(many)s of %(whom)s") % {"many": many, "whom": self._whom()}

    def _whom(self) -> str:
        named = [self.pool.name] if self.pool else []
        named += [provider.name for provider in self.providers]
        return ", ".join(named) or _("those who offer it")


def set_needs(
    service: Service | int, needs: Iterable[NeedSpec], *, using: str | None = None
) -> list[Need]:
    """Replaces what a service takes; without needs it takes one of those who offer it.

    Raises ImpossibleNeeds or TooManyNeeds, and then nothing is changed.
    """
    using = using or router.db_for_write(Service)
    wanted = list(needs)

    def work() -> list[Need]:
        locked = lock_service(service, using=using)
        before = _providers(locked, using)
        locked.needs.using(using).all().delete()
        rows = _write(locked, wanted, using)
        _check(locked, wanted, using)
        affected = lock_providers(before | _providers(locked, using), using=using)
        send_after_commit(
            schedule_changed, Provider, using=using, providers=affected, change="set_needs"
        )
        return rows

    return in_transaction(work, using=using)


def _providers(service: Service, using: str) -> set[int]:
    needs = needs_of([service], using)[service.pk]
    return {candidate.provider.pk for need in needs for candidate in need.candidates}


def _write(service: Service, wanted: Sequence[NeedSpec], using: str) -> list[Need]:
    rows = [_row(service, position, spec) for position, spec in enumerate(wanted)]
    for row, spec in zip(rows, wanted, strict=True):
        row.save(using=using)
        row.providers.set(spec.providers)
    return rows


def _row(service: Service, position: int, spec: NeedSpec) -> Need:
    return Need(
        service=service,
        position=position,
        quantity=spec.quantity,
        per_seat=spec.per_seat,
        pool=spec.pool,
        **{channel: channel in spec.channels for channel in Channel.values},
    )


def _check(service: Service, wanted: Sequence[NeedSpec], using: str) -> None:
    # read back from the rows, so that it is judged exactly as availability will read it
    read = needs_of([service], using)[service.pk] if wanted else []
    check_feasible(
        [
            NamedNeed(str(spec), need)
            for spec, need in zip(wanted, read, strict=True)
            # those who offer it may still be named after the needs
            if need.candidates or spec.pool or spec.providers
        ]
    )
