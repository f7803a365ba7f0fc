"""Page values of a consent entered from paper."""

from dataclasses import dataclass

from kelisim.web.pages import QrPage


@dataclass(frozen=True)
class SheetPage:
    """The receipt to hand over, in the person's ``language``: every word of it, since the desk reads another.

    ``facts``: a name and its values each.
    """

    language: str
    heading: str
    operator: tuple[str, ...]
    reference_words: str
    reference: str
    entered: str
    link_heading: str
    link_words: str
    link: str
    qr: QrPage
    qr_words: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    withdraw_heading: str
    withdraw: str


@dataclass(frozen=True)
class EnteredPage:
    """What the desk shows once: the sheet, where its record is, and how many others have the phone number."""

    sheet: SheetPage
    repeated: bool
    record_url: str
    same_phone: int
    same_phone_url: str
