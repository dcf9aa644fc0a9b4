from __future__ import annotations

from django.apps import AppConfig


class UuidUsersConfig(AppConfig):
    name = "tests.sites.uuid_users"
    label = "uuid_users"
