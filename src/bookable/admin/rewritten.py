"""Rows that a verb writes anew whenever they are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = ModelAdmin


class Rewritten(_ModelAdmin):
    """“Save and continue editing” goes on with the new row; the address of the old one is dead."""

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        if "_continue" not in request.POST:
            return response
        name = f"{self.admin_site.name}:bookable_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[obj.pk]))
