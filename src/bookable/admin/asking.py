"""What the pages have in common that ask for something before a verb is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin.helpers import AdminForm, Fieldset
from django.forms import BaseForm
from django.http import HttpRequest

if TYPE_CHECKING:
    from bookable.admin.base import ModelAdmin


def asking_context(
    page: ModelAdmin[Any], request: HttpRequest, form: BaseForm, *, title: Any, row: Any, back: str
) -> dict[str, Any]:
    """What `asking.html` shows; `row` is None where a verb is done with many."""
    return {
        **page.admin_site.each_context(request),
        "title": title,
        "button": title,
        "subtitle": row,
        "original": row,
        "opts": page.opts,
        "form": form,
        "media": page.media + form.media,
        "fieldset": _fieldset(form),
        "back": back,
    }


def _fieldset(form: Any) -> Fieldset | None:
    """The fields as the admin's own pages draw them."""
    names = [field.name for field in form.visible_fields()]
    if not names:
        return None
    return next(iter(AdminForm(form, [(None, {"fields": names})], {})))
