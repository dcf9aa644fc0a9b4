from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """How money comes to us without a company."""

    DESK = "desk"  # the customer promises to pay when they come
    TRANSFER = "transfer"  # to our account at the bank
    DEVELOPER = "developer"  # a page with buttons plays it, for trying a site out
