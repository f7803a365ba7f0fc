"""The tables, one file per noun. Importing this package makes them all known to ``Base.metadata``."""

from kelisim.storage.tables import (
    changes,
    choices,
    consents,
    contacts,
    documents,
    heads,
    jobs,
    journal,
    mails,
    operators,
    recipients,
    requests,
    search,
    submissions,
    tags,
    visits,
)

__all__ = [
    "changes",
    "choices",
    "consents",
    "contacts",
    "documents",
    "heads",
    "jobs",
    "journal",
    "mails",
    "operators",
    "recipients",
    "requests",
    "search",
    "submissions",
    "tags",
    "visits",
]
