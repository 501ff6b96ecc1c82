"""Tables that only grow: the database itself refuses to change or remove a row."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} only grows: a correction is a new row'); END
"""
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION lenitive_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: a correction is a new row', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION lenitive_only_grows()
"""


def append_only(table: str) -> RunPython:
    """The migration that makes a table refuse changes, on SQLite and on PostgreSQL.

    To be repeated after a column that must not be empty: SQLite writes the table anew for it, and the refusal is gone.
    """

    def make(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
        if schema.connection.vendor == "postgresql":
            schema.execute(_POSTGRESQL.format(table=table), params=None)
        else:
            for verb in ("UPDATE", "DELETE"):
                schema.execute(_SQLITE.format(table=table, verb=verb))

    def take_back(apps: object, schema: BaseDatabaseSchemaEditor) -> None:
        if schema.connection.vendor == "postgresql":
            schema.execute(f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}")
        else:
            for verb in ("UPDATE", "DELETE"):
                schema.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")

    return RunPython(make, take_back, elidable=False)
