"""The six purposes of clause 2: a closed list that every use of the data names one of."""

from enum import StrEnum


class Purpose(StrEnum):
    """Clause 2 of the Consent, (a) to (f)."""

    CONTRACT = "contract"
    PERSONAL_PAGES = "personal_pages"
    PRODUCTS = "products"
    MAILING = "mailing"
    FEEDBACK = "feedback"
    SUPPORT = "support"


def purposes_of(topic: Purpose | None, mailing: bool) -> tuple[Purpose, ...]:
    """What a sent form asks for, in the order of clause 2.

    Answering it (feedback) and the person's own page, which the receipt is, belong to every form; the topic adds
    itself; mailing is there only when its own box was ticked.
    """
    asked = {Purpose.FEEDBACK, Purpose.PERSONAL_PAGES}
    if topic is not None:
        asked.add(topic)
    asked.discard(Purpose.MAILING)
    if mailing:
        asked.add(Purpose.MAILING)
    return tuple(purpose for purpose in Purpose if purpose in asked)
