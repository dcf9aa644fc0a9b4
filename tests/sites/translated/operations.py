"""Operations that change bookable's tables from a migration of this site."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class InBookable:
    """Put before an operation's class: it then works on the app bookable, not on its own."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        super().state_forwards("bookable", state)  # type: ignore[misc]

    def database_forwards(self, app_label: str, *states: Any) -> None:
        super().database_forwards("bookable", *states)  # type: ignore[misc]

    def database_backwards(self, app_label: str, *states: Any) -> None:
        super().database_backwards("bookable", *states)  # type: ignore[misc]


class AddField(InBookable, migrations.AddField):
    """A column more."""


class AlterField(InBookable, migrations.AlterField):
    """A column that follows one that bookable has changed."""
