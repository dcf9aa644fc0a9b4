"""The page between a button and its verb: how things stand, and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from bookable.admin.asking import asking_context
from bookable.admin.refusals import refusal_text
from bookable.errors import BookableError

if TYPE_CHECKING:
    from bookable.admin.row_verbs import Outcome, RowForm, RowVerb, RowVerbs

TEMPLATE = "admin/bookable/row_verb.html"


def verb_page(page: RowVerbs, request: HttpRequest, object_id: str, verb: RowVerb) -> HttpResponse:
    row = page.get_object(request, object_id)
    if row is None:
        raise Http404
    if not (page.has_view_permission(request, row) and verb.allowed(request)):
        raise PermissionDenied
    return _Asking(page, request, row, verb).answer()


class _Asking(NamedTuple):
    page: RowVerbs
    request: HttpRequest
    row: Any
    verb: RowVerb

    @property
    def back(self) -> str:
        opts = self.page.opts
        name = f"{self.page.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
        return reverse(name, args=[self.row.pk])

    def answer(self) -> HttpResponse:
        is_posted = self.request.method == "POST"
        form = self.verb.form(self.request.POST if is_posted else None, row=self.row)
        outcome = self._run(form) if is_posted and form.is_valid() else None
        if outcome is None:
            return TemplateResponse(self.request, TEMPLATE, self._context(form))
        self.page.message_user(self.request, outcome.text, outcome.level)
        return HttpResponseRedirect(self.back)

    def _run(self, form: RowForm) -> Outcome | None:
        """What came of it; None if the form is to be shown again, with the reason."""
        try:
            outcome = self.verb.run(self.row, by=self.request.user, **form.cleaned_data)
        except BookableError as error:
            form.add_error(None, refusal_text(error))
            return None
        if outcome.has_failed:
            form.add_error(None, outcome.text)
            form.begin_anew()
            return None
        if outcome.is_new:
            self.page.log_change(self.request, self.row, f"{self.verb.label}: {outcome.text}")
        return outcome

    def _context(self, form: RowForm) -> dict[str, Any]:
        fresh = self.page.get_object(self.request, str(self.row.pk)) or self.row
        asking = asking_context(
            self.page, self.request, form, title=self.verb.label, row=fresh, back=self.back
        )
        facts = [(capfirst(what), shown) for what, shown in self.verb.facts(fresh)]
        return {**asking, "facts": facts, "verb": self.verb}
