"""Verbs as buttons on the page of a row: what each of them asks for, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import ngettext

from bookable.admin.base import ModelAdmin
from bookable.admin.outside_transactions import outside_transactions
from bookable.admin.refusals import refusal_text
from bookable.admin.row_verb_page import verb_page
from bookable.errors import BookableError

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = ModelAdmin

#: Lines above the form: what it is, and how much or which.
Facts = Sequence[tuple[Any, Any]]


class Outcome(NamedTuple):
    """What came of it, in a sentence. What failed is asked for again on the same page."""

    text: str
    level: int = messages.SUCCESS
    has_failed: bool = False
    is_new: bool = True


class RowForm(forms.Form):
    """A verb that asks for nothing."""

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def begin_anew(self) -> None:
        """What was asked for has failed; the same answers are to be another attempt."""


@dataclass(frozen=True, kw_only=True)
class RowVerb:
    """One thing that can be done with a row. `run` takes it, who does it, and the answers."""

    name: str
    label: Any
    permission: str
    run: Callable[..., Outcome]
    explanation: Any = ""
    form: type[RowForm] = RowForm
    fits: Callable[[Any], bool] = lambda _row: True
    facts: Callable[[Any], Facts] = lambda _row: ()

    def allowed(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class RowVerbs(_ModelAdmin):
    """Buttons on the page. They and the list's actions run outside any transaction."""

    verbs: ClassVar[tuple[RowVerb, ...]] = ()
    change_form_template = "admin/bookable/row_verbs_change_form.html"

    def get_urls(self) -> list[Any]:
        pages = [
            path(
                f"<path:object_id>/{verb.name}/",
                self.admin_site.admin_view(
                    outside_transactions(partial(self.verb_view, verb=verb))
                ),
                name=f"bookable_{self.opts.model_name}_{verb.name}",
            )
            for verb in self.verbs
        ]
        return [*pages, *super().get_urls()]

    def verb_view(self, request: HttpRequest, object_id: str, verb: RowVerb) -> HttpResponse:
        return verb_page(self, request, object_id, verb)

    @outside_transactions
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            offered = [verb for verb in self.verbs if verb.allowed(request)]
            context["verbs"] = [verb for verb in offered if verb.fits(row)]
        return super().render_change_form(request, context, *args, **kwargs)

    def run_on_many(self, request: HttpRequest, rows: QuerySet[Model], verb: RowVerb) -> None:
        """Does it with each; one that is refused keeps none of the others from it."""
        done = 0
        for row in rows:
            try:
                outcome = verb.run(row, by=request.user)
            except BookableError as error:
                self.message_user(request, f"{row}: {refusal_text(error)}", messages.ERROR)
                continue
            if outcome.has_failed:
                self.message_user(request, f"{row}: {outcome.text}", messages.ERROR)
                continue
            self.log_change(request, row, outcome.text)
            done += 1
        if done:
            text = ngettext("%(count)d was done.", "%(count)d were done.", done)
            self.message_user(request, text % {"count": done}, messages.SUCCESS)
