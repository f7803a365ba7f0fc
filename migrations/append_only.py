"""Tables whose rows are written once. Frozen like the migrations that call it: what it does is never changed, since
databases exist that it made; another way would be another function.
"""

from alembic import op

REFUSAL = "rows of this table are never changed"
_KEEPERS = (("keep", "UPDATE OR DELETE", "ROW"), ("keep_all", "TRUNCATE", "STATEMENT"))


def make_refusal() -> None:
    """What PostgreSQL's triggers call: the first migration makes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION kelisim_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )


def forbid_change(table: str, *keys: str) -> None:
    """Triggers that refuse UPDATE, DELETE, REPLACE and TRUNCATE, whoever asks.

    ``keys``: each the columns, with commas between, by which a row is the same row.
    """
    if op.get_bind().dialect.name == "postgresql":
        for name, verbs, each in _KEEPERS:
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {verbs} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION kelisim_refuse_change()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    same = " OR ".join(" AND ".join(f"{column} = NEW.{column}" for column in key.split(",")) for key in keys)
    # INSERT OR REPLACE by a connection without recursive triggers would not fire the one for DELETE.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def let_change(table: str) -> None:
    """The way back on PostgreSQL; SQLite's triggers go with their table."""
    if op.get_bind().dialect.name == "postgresql":
        for name, _, _ in _KEEPERS:
            op.execute(f"DROP TRIGGER {table}_{name} ON {table}")
