"""What can go wrong between a site and a payment company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookable.errors.root import BookableError, Misconfigured

if TYPE_CHECKING:
    from bookable.money import Money


class UnknownGateway(Misconfigured):
    """A gateway is named that the settings don't have."""

    code = "unknown_gateway"

    def __init__(self, alias: str, known: Sequence[str]) -> None:
        self.alias = alias
        super().__init__(
            _("There is no gateway “%(alias)s” in BOOKABLE['GATEWAYS']; there are: %(known)s.")
            % {"alias": alias, "known": ", ".join(known)}
        )


class TransactionOpen(BookableError):
    """Money is asked for only outside other transactions, so that what was asked is kept."""

    code = "transaction_open"
    message = _(
        "This can't be done inside another transaction: what a gateway is asked for must be kept "
        "even if the rest is undone."
    )


class PaymentRefused(BookableError):
    """Something can't be paid, or not like this."""

    code = "payment_refused"
    message = _("This can't be paid this way.")


class GatewayNotOffered(PaymentRefused):
    """The gateway is not among those that the order can be paid with."""

    code = "gateway_not_offered"

    def __init__(self, alias: str, offered: Sequence[str]) -> None:
        self.alias, self.offered = alias, tuple(offered)
        super().__init__()


class TooFarAhead(PaymentRefused):
    """Money can't be set aside for as long as it would have to be."""

    code = "too_far_ahead"
    message = _("Money can't be set aside for so long. It can be paid at once instead.")


class TooManyAttempts(PaymentRefused):
    """So often was it tried that something must be wrong."""

    code = "too_many_attempts"
    message = _("You have tried too often. Please wait a while and try again.")


class AlreadyPaid(PaymentRefused):
    """It is paid for as far as it has to be."""

    code = "already_paid"
    message = _("There is nothing left to pay.")


class NotRefundable(PaymentRefused):
    """A payment has nothing that could be given back, or less than was asked for."""

    code = "not_refundable"

    def __init__(self, most: Money) -> None:
        self.most = most
        super().__init__(_("At most %(amount)s can be given back.") % {"amount": most})


class NotCapturable(PaymentRefused):
    """A payment has no money set aside, or less than was asked for."""

    code = "not_capturable"

    def __init__(self, most: Money) -> None:
        self.most = most
        super().__init__(_("At most %(amount)s can be taken.") % {"amount": most})


class NoConsent(PaymentRefused):
    """The owner of a card never agreed to this charge, or to less of it."""

    code = "no_consent"
    message = _("The owner of this card has not agreed to this charge.")


class GatewayError(BookableError):
    """A gateway didn't do what it was asked for. `detail` is for the site's staff and its logs."""

    code = "gateway"
    message = _("The payment can't be made just now. Please try again later.")

    def __init__(self, detail: str = "", *, message: str | Promise | None = None) -> None:
        self.detail = detail
        super().__init__(message)

    @property
    def why(self) -> str:
        """What is written down about it: the gateway's words, or else ours."""
        return self.detail or self.code


class Declined(GatewayError):
    """The payment was refused; `reason` is the gateway's word for why."""

    code = "declined"
    message = _("Your payment was declined. Please try another way to pay.")

    def __init__(self, reason: str = "", *, is_retryable: bool = True) -> None:
        self.reason, self.is_retryable = reason, is_retryable
        super().__init__(reason)


class ActionRequired(GatewayError):
    """The customer must say yes to it themselves, at `url` if the gateway has a page for that."""

    code = "action_required"
    message = _("Your bank asks you to confirm this payment.")

    def __init__(self, url: str = "") -> None:
        self.url = url
        super().__init__()


class InvalidRequest(GatewayError):
    """The gateway refused the question itself. Nothing was paid."""

    code = "invalid_request"


class UnsupportedCurrency(InvalidRequest):
    """The gateway doesn't take this currency."""

    code = "unsupported_currency"

    def __init__(self, currency: str, taken: Sequence[str]) -> None:
        self.currency = currency
        super().__init__(
            f"{currency} is not one of {', '.join(taken)}.",
            message=_("%(currency)s can't be paid this way.") % {"currency": currency},
        )


class InvalidAmount(InvalidRequest):
    """The gateway can't take this amount: too small, too large, or too fine."""

    code = "invalid_amount"
    message = _("This amount can't be paid this way.")


class NotSupported(GatewayError):
    """The gateway can't do this at all."""

    code = "not_supported"

    def __init__(self, capability: str, *, message: str | Promise | None = None) -> None:
        self.capability = capability
        super().__init__(f"The gateway has no “{capability}”.", message=message)


class GatewayAuthError(GatewayError):
    """The key is wrong or was revoked. The payment has not failed."""

    code = "gateway_auth"


class RateLimited(GatewayError):
    """The gateway was asked too often."""

    code = "rate_limited"


class OutcomeUnknown(GatewayError):
    """The answer was lost: money may have moved. It is found out by asking, never by trying again
    under another key."""

    code = "outcome_unknown"
    message = _("We don't know yet whether your payment went through. Please don't pay again.")


class SignatureError(GatewayError):
    """A message that claims to come from a gateway doesn't."""

    code = "signature"
    message = _("The signature of this message is wrong.")
