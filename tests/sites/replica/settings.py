"""A site that writes to one database and reads from another, which is behind."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES as ONE_DATABASE

DATABASES = {"default": ONE_DATABASE["default"], "replica": {**ONE_DATABASE["default"]}}
DATABASE_ROUTERS = ["tests.sites.replica.router.ReadsFromReplica"]
