"""What a person objects to: a closed list, never free text.

Most are what the Consent and the statements beside the form say of the processing (Article 8(4) of Law No. 94-V), so that
an objection names the sentence that is not kept. The Operator's lawyer has the last word.
"""

from enum import StrEnum


class Objection(StrEnum):
    """What the person does not agree with. ``other``: none of these; the Operator asks what it is."""

    PURPOSE = "purpose"
    EXCESS = "excess"
    TERM = "term"
    RECIPIENT = "recipient"
    BORDER = "border"
    PUBLICATION = "publication"
    AUTOMATED = "automated"
    PROTECTION = "protection"
    OTHER = "other"
