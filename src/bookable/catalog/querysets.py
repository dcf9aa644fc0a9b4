"""Reads over services and providers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from bookable.catalog.models.choices import Visibility
from bookable.catalog.visibility import user_of, visibility

if TYPE_CHECKING:
    from bookable.availability.next_free import NextFree
    from bookable.catalog.models import Provider, Service


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self) -> Self:
        """Those that can be booked by somebody."""
        return self.filter(is_active=True)

    def public(self) -> Self:
        """Those that everybody may see in a list."""
        return self.active().filter(visibility=Visibility.PUBLIC)

    def visible_to(self, viewer: object) -> Self:
        """Those that a user, or whoever sends a request, may see: the public ones, and all for
        staff with the right to view services."""
        rows = visibility().services(self, viewer)
        user = user_of(viewer)
        is_staff = user is not None and user.has_perm("bookable.view_service")
        return rows if is_staff else rows.public()

    def by_link(self, token: UUID | str) -> Self:
        """The one that this private link leads to, if any."""
        return self.active().exclude(visibility=Visibility.STAFF).filter(link_token=token)

    def next_free(
        self,
        services: Iterable[Service | str | int] | None = None,
        providers: Iterable[Provider | str | int] | None = None,
        after: datetime | None = None,
    ) -> NextFree | None:
        """The earliest free start across many services and providers."""
        from bookable.availability.next_free import next_free

        chosen = list(self.public()) if services is None else services
        return next_free(chosen, providers, after, using=self.db)

    def next_free_each(self, after: datetime | None = None) -> list[NextFree]:
        """These services with the first start that each has free, the soonest first."""
        from bookable.availability.next_free import next_free_each_service

        return next_free_each_service(self, after, using=self.db)


class ProviderQuerySet(models.QuerySet["Provider"]):
    def public(self) -> Self:
        """Those that everybody may see in a list: active, approved and listed."""
        return self.filter(is_active=True, is_approved=True, is_public=True)

    def visible_to(self, viewer: object) -> Self:
        """Those that a user, or whoever sends a request, may see: the public ones, and all for
        staff with the right to view providers."""
        rows = visibility().providers(self, viewer)
        user = user_of(viewer)
        is_staff = user is not None and user.has_perm("bookable.view_provider")
        return rows if is_staff else rows.public()

    def tagged(self, *slugs: str) -> Self:
        """Those that carry every one of these tags."""
        found = self
        for slug in slugs:
            found = found.filter(Exists(self._tags().filter(tag__slug=slug)))
        return found

    def priced(
        self, minimum: int | None = None, maximum: int | None = None, service: Service | None = None
    ) -> Self:
        """Those who offer an active service, or this one, within a range of minor units."""
        from bookable.catalog.models import Offering

        offers = Offering.objects.filter(provider=OuterRef("pk"), service__is_active=True)
        if service is not None:
            offers = offers.filter(service=service)
        offers = offers.annotate(asked=Coalesce("price", "service__price"))
        if minimum is not None:
            offers = offers.filter(asked__gte=minimum)
        if maximum is not None:
            offers = offers.filter(asked__lte=maximum)
        return self.filter(Exists(offers))

    def search(self, text: str) -> Self:
        """Those in whose name, headline, text or tags every word occurs."""
        found = self
        for word in text.split():
            tags = self._tags().filter(tag__name__icontains=word)
            found = found.filter(
                Q(name__icontains=word)
                | Q(headline__icontains=word)
                | Q(bio__icontains=word)
                | Exists(tags)
            )
        return found

    def next_free_each(
        self,
        services: Iterable[Service | str | int] | None = None,
        after: datetime | None = None,
    ) -> list[NextFree]:
        """These providers with the first start that each has free, the soonest first."""
        from bookable.availability.next_free import next_free_each_provider

        return next_free_each_provider(self, services, after, using=self.db)

    def _tags(self) -> models.QuerySet[models.Model]:
        return self.model.tags.through._default_manager.filter(provider=OuterRef("pk"))
