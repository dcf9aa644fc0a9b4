"""Calls a provider, whose errors may be any, and makes them ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error as DatabaseError
from django.urls import NoReverseMatch

from bookable.errors import BookableError, Declined, NotSupported, OutcomeUnknown


@contextmanager
def translated(what: str) -> Iterator[None]:
    """What a provider refuses is declined; after anything else nobody knows what happened.

    No error holds its message, which may say more than a customer or a log should see.
    """
    from payments import ExternalPostNeeded, PaymentError, RedirectNeeded

    try:
        yield
    except (BookableError, DatabaseError, NoReverseMatch, RedirectNeeded):
        raise
    except PaymentError as error:
        raise Declined(str(error.code or "payment_error")[:100]) from error
    except (NotImplementedError, ExternalPostNeeded) as error:
        raise NotSupported(what) from error
    except Exception as error:
        raise OutcomeUnknown(type(error).__name__) from error
