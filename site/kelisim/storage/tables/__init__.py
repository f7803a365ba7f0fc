"""The tables, one file per noun. Importing this package makes them all known to ``Base.metadata``."""

from kelisim.storage.tables import (
    changes,
    choices,
    consents,
    documents,
    jobs,
    journal,
    operators,
    recipients,
    requests,
    search,
    submissions,
    visits,
)

__all__ = [
    "changes",
    "choices",
    "consents",
    "documents",
    "jobs",
    "journal",
    "operators",
    "recipients",
    "requests",
    "search",
    "submissions",
    "visits",
]
