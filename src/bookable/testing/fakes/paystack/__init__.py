"""A Paystack on this machine: its rules, its answers and its signed events."""

from __future__ import annotations

from bookable.testing.fakes.paystack.fake import FakePaystack
from bookable.testing.fakes.paystack.records import Shape

__all__ = ["FakePaystack", "Shape"]
