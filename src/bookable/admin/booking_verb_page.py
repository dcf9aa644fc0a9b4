"""The page between a button and its verb: what it would mean, and what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.admin.asking import asking_context
from bookable.admin.booking_texts import customer_text, when_text
from bookable.admin.booking_verbs import Verb, VerbForm
from bookable.bookings.models import Booking
from bookable.errors import BookableError

if TYPE_CHECKING:
    from bookable.admin.booking_actions import BookingActions

TEMPLATE = "admin/bookable/booking/verb.html"


def verb_page_of_one(
    page: BookingActions, request: HttpRequest, object_id: str, verb: Verb
) -> HttpResponse:
    booking = page.get_object(request, object_id)
    if booking is None:
        raise Http404
    if not page.has_decide_permission(request):
        raise PermissionDenied
    back = reverse(f"{page.admin_site.name}:bookable_booking_change", args=[booking.pk])
    asking = _Asking(page, request, [booking], verb, back)
    return asking.answer(request.method == "POST")


def verb_page_of_many(
    page: BookingActions, request: HttpRequest, bookings: Sequence[Booking], verb: Verb
) -> HttpResponse:
    """Asked for by an action of the list, which posts itself once more with the answers."""
    back = reverse(f"{page.admin_site.name}:bookable_booking_changelist")
    return _Asking(page, request, bookings, verb, back).answer("answered" in request.POST)


class _Asking(NamedTuple):
    page: BookingActions
    request: HttpRequest
    bookings: Sequence[Booking]
    verb: Verb
    back: str

    def answer(self, is_posted: bool) -> HttpResponse:
        form = self._form(is_posted)
        if is_posted and form.is_valid():
            self._run(form)
            return HttpResponseRedirect(self.back)
        return TemplateResponse(self.request, TEMPLATE, self._context(form))

    def _form(self, is_posted: bool) -> VerbForm:
        waives = self.request.user.has_perm("bookable.waive_fees")
        initial = self.verb.initial(self.bookings[0]) if len(self.bookings) == 1 else {}
        posted = self.request.POST if is_posted else None
        return self.verb.form(posted, initial=initial, waives=waives)

    def _run(self, form: VerbForm) -> None:
        """Does it with each; one that is refused keeps none of the others from it."""
        page, request, verb, count = self.page, self.request, self.verb, 0
        for booking in self.bookings:
            try:
                verb.run(booking, by=request.user, **form.details())
            except BookableError as error:
                page.tell_refusal(request, booking, error)
            else:
                page.log_change(request, booking, str(verb.done))
                count += 1
        if count:
            told = ngettext("%(count)d booking: %(done)s", "%(count)d bookings: %(done)s", count)
            page.message_user(request, told % {"count": count, "done": verb.done}, messages.SUCCESS)

    def _context(self, form: VerbForm) -> dict[str, Any]:
        original = self.bookings[0] if len(self.bookings) == 1 else None
        asking = asking_context(
            self.page, self.request, form, title=self.verb.label, row=original, back=self.back
        )
        return {
            **asking,
            "rows": [_row(booking, self.verb) for booking in self.bookings],
            "action": self.request.POST.get("action", ""),
            "checkbox": ACTION_CHECKBOX_NAME,
            "chosen": [booking.pk for booking in self.bookings],
        }


def _row(booking: Booking, verb: Verb) -> tuple[Booking, str, str, str]:
    if verb.fits(booking):
        meaning = verb.outcome(booking)
    else:
        meaning = _("Can't be done now: %(state)s.") % {"state": booking.status.label}
    return booking, when_text(booking), customer_text(booking.order), meaning
