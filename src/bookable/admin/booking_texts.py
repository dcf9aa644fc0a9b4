"""What is shown of a booking: who, with whom, when, what was asked and what it costs."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bookable.admin.moments import moment_text, period_text
from bookable.bookings.models import Booking
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import terms_text
from bookable.bookings.serving import serving
from bookable.payments.models import OrderLine
from bookable.payments.models.contact import Contact


def when_text(booking: Booking) -> str:
    """On the clock of the place."""
    session = booking.session
    return period_text(session.start, session.end, session.zone)


def customer_text(contact: Contact) -> str:
    """The name, or else whatever is known."""
    return contact.name or contact.email or str(contact.phone or "") or _("erased")


def serving_text(booking: Booking) -> str:
    return ", ".join(provider.name for provider in serving(booking))


def until_text(booking: Booking) -> str:
    until = booking.expires_at
    return "" if until is None else moment_text(until, booking.session.zone)


def answers_shown(booking: Booking) -> SafeString:
    """Each answer under the question as it reads today."""
    labels = dict(booking.service.questions.values_list("slug", "label"))
    rows = [(labels.get(slug, slug), _answer(given)) for slug, given in booking.answers.items()]
    return format_html_join("", "<p>{}<br><strong>{}</strong></p>", rows)


def lines_shown(booking: Booking) -> SafeString:
    """What the order says about this booking, and the sum."""
    lines = OrderLine.objects.using(booking._state.db).filter(
        order=booking.order_id, reference=str(booking.uuid)
    )
    rows = format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", map(_line, _priced(lines)))
    sums = format_html("<tr><th>{}</th><th>{}</th></tr>", _("Sum"), booking.cost)
    return format_html("<table>{}{}</table>", rows, sums)


def agreed_text(booking: Booking) -> str:
    """What was agreed about cancelling, moving and not coming."""
    return terms_text(
        Agreed.read(booking.policy),
        total=booking.cost,
        start=booking.session.start,
        zone=booking.session.zone,
    )


def _priced(lines: Any) -> Any:
    return lines.select_related("order").order_by("pk")


def _line(line: OrderLine) -> tuple[str, str]:
    label = f"{line.label} × {line.quantity}" if line.quantity > 1 else line.label
    return label, str(line.amount)


def _answer(given: object) -> str:
    if isinstance(given, bool):
        return _("Yes") if given else _("No")
    return ", ".join(map(str, given)) if isinstance(given, list) else str(given)
