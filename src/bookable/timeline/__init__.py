"""Exact time arithmetic on integer epoch seconds. Imports no Django."""

from __future__ import annotations
