from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookable.admin.base import ModelAdmin
from bookable.admin.money_field import money_text
from bookable.admin.needs import NeedInline
from bookable.admin.offerings import ServiceOfferingInline
from bookable.admin.service_form import ServiceForm
from bookable.admin.service_rows import DurationChoiceInline, ExtraInline, QuestionInline
from bookable.admin.takes import takes_text, undrawn
from bookable.catalog.models import Service

_FIELDSETS: Any = (
    (
        None,
        {
            "fields": (
                ("name", "slug"),
                "description",
                ("category", "position"),
                "tags",
                "is_active",
                "takes",
            )
        },
    ),
    (
        _("When"),
        {
            "fields": (
                ("duration", "slot_interval"),
                ("buffer_before", "buffer_after"),
                ("min_notice", "horizon_days"),
                ("bookable_from", "bookable_until"),
            )
        },
    ),
    (
        _("Price and payment"),
        {
            "fields": (
                ("price", "currency"),
                ("tax_percent", "tax_included"),
                "payment",
                ("deposit_percent", "deposit"),
                ("balance_days", "cancel_unpaid"),
            )
        },
    ),
    (
        _("Seats and limits"),
        {
            "classes": ("collapse",),
            "fields": (
                ("capacity", "minimum"),
                ("max_per_day", "max_per_week"),
                ("max_per_provider_day", "max_per_provider_week"),
                "max_per_customer",
            ),
        },
    ),
    (
        _("Ways to meet"),
        {"classes": ("collapse",), "fields": (("in_person", "video", "phone"), "locations")},
    ),
    (
        _("Who may see it"),
        {"classes": ("collapse",), "fields": ("visibility", "link_token")},
    ),
    (
        _("Approval"),
        {"classes": ("collapse",), "fields": (("requires_approval", "respond_by"),)},
    ),
    (
        _("Advanced"),
        {"classes": ("collapse",), "fields": (("zone", "zone_mode"), "rule_set")},
    ),
)


@admin.register(Service)
class ServiceAdmin(ModelAdmin[Service]):
    form = ServiceForm
    money_fields = ("price", "deposit")
    list_display = (
        "name",
        "category",
        "duration_shown",
        "price_shown",
        "providers_count",
        "is_active",
        "visibility",
    )
    list_filter = (
        "is_active",
        "visibility",
        ("category", admin.RelatedOnlyFieldListFilter),
        ("tags", admin.RelatedOnlyFieldListFilter),
        ("locations", admin.RelatedOnlyFieldListFilter),
        "payment",
        "requires_approval",
    )
    list_select_related = ("category",)
    search_fields = ("name", "slug", "description", "category__name")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("category", "tags", "locations")
    readonly_fields = ("link_token", "takes")
    fieldsets = _FIELDSETS
    inlines = (
        ServiceOfferingInline,
        NeedInline,
        DurationChoiceInline,
        ExtraInline,
        QuestionInline,
    )
    actions = ("activate_them", "deactivate_them")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Service]:
        services: QuerySet[Service] = super().get_queryset(request)
        return services.annotate(providers_count=Count("offerings"))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if unused := undrawn(form.instance):
            told = ngettext(
                "%(names)s offers this service, but no need draws on them.",
                "%(names)s offer this service, but no need draws on them.",
                len(unused),
            )
            names = get_text_list(unused, str(_("and")))
            self.message_user(request, told % {"names": names}, messages.WARNING)

    @admin.action(description=_("Activate"), permissions=["change"])
    def activate_them(self, request: HttpRequest, queryset: QuerySet[Service]) -> None:
        self._switch(request, queryset, True)

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate_them(self, request: HttpRequest, queryset: QuerySet[Service]) -> None:
        self._switch(request, queryset, False)

    def _switch(self, request: HttpRequest, services: QuerySet[Service], active: bool) -> None:
        done = _("Activated.") if active else _("Deactivated.")
        count = 0
        for service in services.exclude(is_active=active):
            service.is_active = active
            service.save(update_fields=["is_active", "modified"])
            self.log_change(request, service, str(done))
            count += 1
        told = ngettext("%(count)d service: %(done)s", "%(count)d services: %(done)s", count)
        self.message_user(request, told % {"count": count, "done": done}, messages.SUCCESS)

    @admin.display(description=_("duration"), ordering="duration")
    def duration_shown(self, service: Service) -> str:
        return _("%(minutes)d min") % {"minutes": service.duration}

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, service: Service) -> str:
        return money_text(service.price, service.currency)

    @admin.display(description=_("deposit"))
    def deposit_shown(self, service: Service) -> str:
        return money_text(service.deposit, service.currency)

    @admin.display(description=_("providers"), ordering="providers_count")
    def providers_count(self, service: Any) -> int:
        count: int = service.providers_count
        return count

    @admin.display(description=_("this service takes"))
    def takes(self, service: Service) -> str:
        return takes_text(service)
