"""The tables, one file per noun. Importing this package makes them all known to ``Base.metadata``."""

from kelisim.storage.tables import choices, consents, documents, journal, operators, submissions

__all__ = ["choices", "consents", "documents", "journal", "operators", "submissions"]
