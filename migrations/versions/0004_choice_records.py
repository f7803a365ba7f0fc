"""Records of choices are bound to one another, and go once they are counted."""

import sqlalchemy as sa
from alembic import op
from append_only import REFUSAL, forbid_change, let_change

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONG_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = {"choice_closings": "through", "choice_counts": "number"}
CLOSED = "coalesce((SELECT max(through) FROM choice_closings), 0)"


def upgrade() -> None:
    """From records that stay for ever to records that leave their counts."""
    op.add_column("choices", sa.Column("mac", sa.LargeBinary(32)))
    op.create_index("ix_choices_decided_at", "choices", ["decided_at"])
    op.create_table(
        "choice_closings",
        sa.Column("through", LONG_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("last_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("mac", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "choice_counts",
        sa.Column("number", LONG_NUMBER, primary_key=True),
        sa.Column("through", LONG_NUMBER, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
    )
    op.create_index("ix_choice_counts_through", "choice_counts", ["through"])
    op.create_index("ix_choice_counts_day", "choice_counts", ["day"])
    for table, key in APPEND_ONLY.items():
        forbid_change(table, key)
    _let_closed_choices_go()


def downgrade() -> None:
    """Back to records that stay for ever."""
    for table in APPEND_ONLY:
        let_change(table)
    if op.get_bind().dialect.name == "postgresql":
        for trigger in ("choices_keep", "choices_keep_open", "choices_no_return"):
            op.execute(f"DROP TRIGGER {trigger} ON choices")
        for function in ("kelisim_refuse_open_choice", "kelisim_refuse_closed_choice"):
            op.execute(f"DROP FUNCTION {function}()")
        op.execute(
            "CREATE TRIGGER choices_keep BEFORE UPDATE OR DELETE ON choices "
            "FOR EACH ROW EXECUTE FUNCTION kelisim_refuse_change()"
        )
    else:
        op.execute("DROP TRIGGER choices_no_return")
        op.execute("DROP TRIGGER choices_no_delete")
        op.execute(
            f"CREATE TRIGGER choices_no_delete BEFORE DELETE ON choices BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    for table in ("choice_counts", "choice_closings"):
        op.drop_table(table)
    op.drop_index("ix_choices_decided_at", "choices")
    op.drop_column("choices", "mac")


def _let_closed_choices_go() -> None:
    """A row may be deleted once a closing counts it, and none may come back to its place. UPDATE stays refused."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER choices_keep ON choices")
        op.execute(
            "CREATE TRIGGER choices_keep BEFORE UPDATE ON choices FOR EACH ROW EXECUTE FUNCTION kelisim_refuse_change()"
        )
        for name, verb, which, refused in (
            ("choices_keep_open", "DELETE", "OLD", f"OLD.number > {CLOSED}"),
            ("choices_no_return", "INSERT", "NEW", f"NEW.number <= {CLOSED}"),
        ):
            function = "kelisim_refuse_open_choice" if verb == "DELETE" else "kelisim_refuse_closed_choice"
            op.execute(
                f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {refused} THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; "
                f"END IF; RETURN {which}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON choices FOR EACH ROW EXECUTE FUNCTION {function}()")
        return
    op.execute("DROP TRIGGER choices_no_delete")
    op.execute(
        f"CREATE TRIGGER choices_no_delete BEFORE DELETE ON choices WHEN OLD.number > {CLOSED} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    # A number that is still to be given is below 1 here.
    op.execute(
        f"CREATE TRIGGER choices_no_return BEFORE INSERT ON choices WHEN NEW.number BETWEEN 1 AND {CLOSED} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
