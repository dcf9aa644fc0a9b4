"""What went wrong with money, for staff: the sentences of the errors are meant for customers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bookable.errors import BookableError, GatewayError, OutcomeUnknown


def refusal_text(error: BookableError) -> str:
    if isinstance(error, OutcomeUnknown):
        return _(
            "The gateway's answer was lost, so nobody knows yet whether it was done. "
            "Look again in a moment."
        )
    if isinstance(error, GatewayError):
        return _("The gateway did not do it: %(why)s") % {"why": error.why}
    return str(error)
