"""The newest migration, so that a start need not load the migration tool to see that nothing is to be done."""

HEAD = "0025"

# The tables in which a row never changes. Triggers in the database refuse it, whoever asks.
APPEND_ONLY = (
    "shown_texts",
    "consents",
    "journal",
    "choices",
    "keepings",
    "request_steps",
    "choice_closings",
    "choice_counts",
    "destructions",
    "undertakings",
    "transfers",
    "published_documents",
    "document_approvals",
    "heads",
    "statements",
    "incidents",
    "incident_steps",
    "papers",
)
