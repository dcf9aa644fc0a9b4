from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from bookable.models import Payment
from bookable.signals import schedule_changed
from bookable.testing import make_customer, make_order, make_payment


@pytest.fixture
def client_who_may() -> Callable[..., Client]:
    """A browser of a member of staff with no more permissions than these."""

    def make(*permissions: str) -> Client:
        user = User.objects.create_user("staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def changes_told(django_capture_on_commit_callbacks: Any) -> Callable[..., list[str]]:
    """The names of the changes that the site was told of while something was done."""

    def during(act: Callable[[], object]) -> list[str]:
        heard: list[str] = []

        def hear(change: str, **_others: object) -> None:
            heard.append(change)

        schedule_changed.connect(hear, weak=False)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                act()
        finally:
            schedule_changed.disconnect(hear)
        return heard

    return during


@pytest.fixture
def payment() -> Payment:
    order = make_order(make_customer("Cleo", email="cleo@example.com"))
    return make_payment(order, 5000, external="pi_17")
