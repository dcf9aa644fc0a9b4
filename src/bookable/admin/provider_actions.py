from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookable.admin.base import ModelAdmin
from bookable.catalog.activate import activate
from bookable.catalog.approve import approve
from bookable.catalog.deactivate import deactivate
from bookable.catalog.models import Provider
from bookable.catalog.withdraw_approval import withdraw_approval
from bookable.errors import BookableError
from bookable.schedule.copy_hours import copy_hours
from bookable.schedule.models import Weekday

_REST_OF_THE_WEEK = (Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Provider]
else:
    _ModelAdmin = ModelAdmin


class ProviderActions(_ModelAdmin):
    actions = (
        "approve_them",
        "withdraw_their_approval",
        "activate_them",
        "deactivate_them",
        "copy_monday",
    )

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve_them(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        self._each(request, queryset, approve, _("Approved."))

    @admin.action(description=_("Withdraw approval"), permissions=["change"])
    def withdraw_their_approval(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        self._each(request, queryset, withdraw_approval, _("Approval withdrawn."))

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate_them(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        self._each(request, queryset, activate, _("Activated."))

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate_them(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        self._each(request, queryset, deactivate, _("Deactivated."))

    @admin.action(description=_("Copy Monday's hours to Tuesday–Friday"), permissions=["change"])
    def copy_monday(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        def copy(provider: Provider) -> object:
            return copy_hours(provider, Weekday.MONDAY, _REST_OF_THE_WEEK)

        self._each(request, queryset, copy, _("Monday's hours copied to Tuesday–Friday."))

    def _each(
        self,
        request: HttpRequest,
        providers: QuerySet[Provider],
        verb: Callable[[Provider], object],
        done: Any,
    ) -> None:
        count = 0
        for provider in providers.order_by("pk"):
            try:
                verb(provider)
            except BookableError as error:
                self.tell_refusal(request, provider, error)
            else:
                self.log_change(request, provider, str(done))
                count += 1
        if count:
            told = ngettext("%(count)d provider: %(done)s", "%(count)d providers: %(done)s", count)
            self.message_user(request, told % {"count": count, "done": done}, messages.SUCCESS)
