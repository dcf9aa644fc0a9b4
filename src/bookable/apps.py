from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookableConfig(AppConfig):
    name = "bookable"
    label = "bookable"
    verbose_name = _("Bookings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookable import checks  # noqa: F401 - registers the system checks
        from bookable.bookings.cancel_unpaid import cancel_unpaid
        from bookable.bookings.decide_minimums import decide_minimums
        from bookable.bookings.expire import expire_due
        from bookable.bookings.free_unchecked import free_unchecked
        from bookable.bookings.offer_waiting import offer_waiting
        from bookable.bookings.paying import BookingKind
        from bookable.bookings.remind_of_balances import remind_of_balances
        from bookable.jobs import register
        from bookable.payments.close import close_due
        from bookable.payments.kinds import register_kind
        from bookable.payments.settle import settle_due
        from bookable.payments.submit import submit_due
        from bookable.payments.webhooks import process_due, purge_messages

        register_kind(BookingKind())
        # first, as a place is kept while somebody may still be paying for it
        register(close_due, name="close_payments")
        register(settle_due, name="settle_orders")
        register(submit_due, name="submit_refunds")
        register(process_due, name="process_webhooks")
        register(expire_due, name="expire_due")
        register(decide_minimums, name="decide_minimums")
        register(remind_of_balances, name="remind_of_balances")
        register(cancel_unpaid, name="cancel_unpaid")
        register(free_unchecked, name="free_unchecked")
        register(purge_messages, name="purge_messages")
        # last, as the others may have freed what is waited for
        register(offer_waiting, name="offer_waiting")
