"""What the database account of the public site needs, table by table, and nothing more (ASVS 13.2.1, 13.2.2).

It is for a process with ``role = "public"`` and ``run_jobs = false``: the jobs, and everything of the desk, are done by
a process with an account of its own. Tests hold each request of the public site to this table.
"""

import re
from collections.abc import Mapping
from typing import Literal

Right = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]
_READ: tuple[Right, ...] = ("SELECT",)
_ADD: tuple[Right, ...] = ("SELECT", "INSERT")
_CHANGE: tuple[Right, ...] = ("SELECT", "INSERT", "UPDATE")

PUBLIC_SITE: Mapping[str, tuple[Right, ...]] = {
    "alembic_version": _READ,
    "changes": _ADD,
    "choice_closings": _READ,
    "choices": _ADD,
    "consents": _ADD,
    "contacts": _READ,
    "deliveries": ("SELECT", "UPDATE"),  # a transfer that waits is stopped by the person's own block or withdrawal
    "destructions": _READ,
    "document_approvals": _READ,
    "export_pieces": ("SELECT", "DELETE"),  # the same takes away the exports that the record is in
    "export_records": ("SELECT", "DELETE"),
    "exports": ("SELECT", "UPDATE"),
    "heads": _READ,
    "jobs": _READ,
    "journal": _ADD,
    "keepings": _READ,
    "moved_days": _READ,
    "papers": _READ,
    "published_documents": _READ,
    "receipts": _ADD,
    "recipient_tasks": _CHANGE,
    "recipients": _READ,
    "request_steps": _ADD,
    "requests": _CHANGE,
    "search_tokens": ("SELECT", "DELETE"),
    "shown_texts": _ADD,
    "statements": _ADD,
    "submissions": _CHANGE,
    "transfers": _READ,
    "undertakings": _READ,
    "visit_counts": _CHANGE,
    "visits": ("INSERT",),
}


def grants(account: str, sequences: Mapping[str, str]) -> tuple[str, ...]:
    """The statements of PostgreSQL that give an account these rights, and take from it whatever else it had.

    ``sequences``: those that number rows, by their table. Raises ValueError for a name that would need quoting.
    """
    if re.fullmatch("[a-z_][a-z0-9_]{0,62}", account) is None:
        raise ValueError(account)
    return (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {account};",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {account};",
        *(f"GRANT {', '.join(rights)} ON {table} TO {account};" for table, rights in PUBLIC_SITE.items()),
        *(
            f"GRANT USAGE ON SEQUENCE {sequence} TO {account};"
            for table, sequence in sorted(sequences.items())
            if "INSERT" in PUBLIC_SITE.get(table, ())
        ),
    )
