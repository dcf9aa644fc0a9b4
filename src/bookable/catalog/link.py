"""How a site's own model becomes something with a calendar."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models, router, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models import Provider, ProviderKind


class BookableProvider(models.Model):
    """Mixin for a site's Therapist, Room …: every row gets a Provider of its own when saved.

    Rows that existed before the mixin was added get theirs from `bookable_link`.
    """

    provider_kind: ClassVar[str] = ProviderKind.PERSON

    provider = models.OneToOneField(
        Provider,
        verbose_name=_("calendar"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="%(app_label)s_%(class)s",
    )

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            if self.provider is None:
                self.link_provider(using)
                if kwargs.get("update_fields") is not None:
                    kwargs["update_fields"] = {*kwargs["update_fields"], "provider"}
            super().save(**kwargs)

    def provider_defaults(self) -> dict[str, Any]:
        """The fields of the Provider that is made for this row; override to fill in more."""
        return {"name": str(self)[:100], "kind": self.provider_kind}

    def link_provider(self, using: str) -> Provider:
        """Makes the Provider of this row unless it has one already."""
        provider: Provider | None = self.provider
        if provider is None:
            defaults = self.provider_defaults()
            defaults.setdefault("slug", free_slug(defaults["name"], using))
            provider = self.provider = Provider.objects.using(using).create(**defaults)
        return provider


def free_slug(name: str, using: str) -> str:
    """A slug made of the name that no provider has yet."""
    slug = slugify(name)[:40] or "provider"
    if Provider.objects.using(using).filter(slug=slug).exists():
        return f"{slug}-{uuid.uuid4().hex[:8]}"
    return slug
