"""The last line of defence on PostgreSQL: two live claims on one lane can't overlap."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

#: By this name the database says which constraint was violated.
LANE_CONSTRAINT = "bookable_claim_lane_is_free"

# core types only, so that no extension has to be created
_ADD = f"""
ALTER TABLE bookable_claim ADD CONSTRAINT {LANE_CONSTRAINT} EXCLUDE USING gist (
    int8range(provider_id, provider_id, '[]') WITH &&,
    int4range(unit, unit, '[]') WITH &&,
    tstzrange("start", "end") WITH &&
) WHERE (released_at IS NULL) DEFERRABLE INITIALLY IMMEDIATE
"""
_REMOVE = f"ALTER TABLE bookable_claim DROP CONSTRAINT IF EXISTS {LANE_CONSTRAINT}"


class RefuseOverlappingClaims(Operation):
    """Adds the constraint on PostgreSQL, and nothing where there is no such thing."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models know nothing of it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._run(_ADD, app_label, schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        self._run(_REMOVE, app_label, schema_editor, from_state)

    def describe(self) -> str:
        return "Let PostgreSQL refuse overlapping claims"

    def _run(
        self, sql: str, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: Any
    ) -> None:
        claim = state.apps.get_model(app_label, "Claim")
        if schema_editor.connection.vendor != "postgresql":
            return
        if self.allow_migrate_model(schema_editor.connection.alias, claim):
            schema_editor.execute(sql)


def violates_lane(error: IntegrityError) -> bool:
    """Whether this constraint is what refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == LANE_CONSTRAINT
