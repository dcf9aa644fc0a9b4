"""A site whose users have no numbers."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as ORDINARY_APPS

AUTH_USER_MODEL = "uuid_users.User"
INSTALLED_APPS = ["tests.sites.uuid_users", *ORDINARY_APPS]
