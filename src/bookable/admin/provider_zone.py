"""Pages on which moments are shown and read as the provider's own clock shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from bookable.admin.moments import in_zone
from bookable.catalog.models import Provider

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = ModelAdmin


class InProvidersZone(_ModelAdmin):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with in_zone(self.zone_of(request, object_id)):
            context = {"zone_in_use": timezone.get_current_timezone_name(), **(extra_context or {})}
            response = super().changeform_view(request, object_id, form_url, context)
            # the page is usually rendered later, when the zone is no longer the provider's
            return response.render() if isinstance(response, TemplateResponse) else response

    def zone_of(self, request: HttpRequest, object_id: str | None) -> str | None:
        chosen = request.POST.get("provider", "") or request.GET.get("provider", "")
        if chosen.isdecimal():
            return _zone(pk=chosen)
        row = self.get_object(request, object_id) if object_id and not request.POST else None
        return row.provider.zone if row is not None and row.provider else None


def _zone(**where: Any) -> str | None:
    return Provider.objects.filter(**where).values_list("zone", flat=True).first()
