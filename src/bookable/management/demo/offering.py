"""How a demo service is made, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bookable.catalog.models import Category, Offering, Provider, Service
from bookable.management.demo.people import make_tag


def add_service(
    slug: str,
    name: str,
    category: Category,
    providers: Iterable[Provider],
    *,
    tags: Iterable[str] = (),
    **fields: Any,
) -> Service | None:
    """The service if it is new; its parts are left alone if it isn't."""
    service, is_new = Service.objects.get_or_create(
        slug=slug, defaults={"name": name, "category": category, **fields}
    )
    if not is_new:
        return None
    for provider in providers:
        Offering.objects.create(service=service, provider=provider)
    service.tags.set(map(make_tag, tags))
    return service
