"""What occupies a provider from outside, at a glance."""

from __future__ import annotations

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from bookable.admin.moments import period_text
from bookable.catalog.models import Provider

_SHOWN = 5


def busy_ahead(provider: Provider, site: str) -> str:
    """The next few busy times, and the way to all of them."""
    if provider.pk is None:
        return _("Shown once it is saved.")
    ahead = list(provider.busy_times.filter(end__gt=timezone.now())[: _SHOWN + 1])
    if not ahead:
        return _("Nothing ahead.")
    lines = format_html_join(
        "",
        "<li>{} ({})</li>",
        ((period_text(one.start, one.end, provider.zone), one.source) for one in ahead[:_SHOWN]),
    )
    if len(ahead) <= _SHOWN:
        return format_html("<ul>{}</ul>", lines)
    everything = reverse(f"{site}:bookable_busytime_changelist")
    return format_html(
        '<ul>{}<li><a href="{}?provider__id__exact={}">{}</a></li></ul>',
        lines,
        everything,
        quote(provider.pk),
        _("and more"),
    )
