"""The words for the codes of the domain, in the reader's language. A code is stored; words are only shown."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Act, ConsentState, State
from kelisim.domain.consents import Attestation, Category, Method
from kelisim.domain.papers import PaperPlace
from kelisim.domain.purposes import Purpose
from kelisim.domain.requests import RequestState
from kelisim.domain.rights import RequestKind
from kelisim.domain.submissions import Suspicion
from kelisim.settings import Settings

Words = Mapping[StrEnum, LazyString]

# The six purposes in words a person would choose.
TOPICS: Words = {
    Purpose.CONTRACT: lazy_gettext("A contract: making one or carrying one out"),
    Purpose.PERSONAL_PAGES: lazy_gettext("My personal pages on this site"),
    Purpose.PRODUCTS: lazy_gettext("Products and services: tell me about them"),
    Purpose.MAILING: lazy_gettext("News and offers by subscription"),
    Purpose.FEEDBACK: lazy_gettext("A question, a request or feedback"),
    Purpose.SUPPORT: lazy_gettext("Help with something I use"),
}
PURPOSES: Words = {
    Purpose.CONTRACT: lazy_gettext("(a) concluding and performing contracts"),
    Purpose.PERSONAL_PAGES: lazy_gettext("(b) the person’s own pages of the site"),
    Purpose.PRODUCTS: lazy_gettext("(c) information about products, asked for in the form"),
    Purpose.MAILING: lazy_gettext("(d) mailings the person subscribed to"),
    Purpose.FEEDBACK: lazy_gettext("(e) answering, notices and handling of requests"),
    Purpose.SUPPORT: lazy_gettext("(f) customer and technical support"),
}
ATTESTATIONS: Words = {
    Attestation.OWN_DATA: lazy_gettext("1.1. The data I send are my own."),
    Attestation.HAS_READ: lazy_gettext("1.2. I have read the Consent and the words beside the fields."),
    Attestation.AGREES_TO_POLICY: lazy_gettext("1.3. I agree to the processing policy posted on this site."),
    Attestation.OTHERS_AGREED: lazy_gettext("1.4. Where I send another person’s data, that person has consented."),
    Attestation.KNOWS_RIGHTS: lazy_gettext("1.5. I know the Law on personal data and my rights under it."),
}
CATEGORIES: Words = {
    Category.NAME: lazy_gettext("Name"),
    Category.SECOND_NAME: lazy_gettext("Second name"),
    Category.PHONE: lazy_gettext("Phone number"),
}
METHODS: Words = {
    Method.SITE_FORM: lazy_gettext("the form on this site, a ticked box"),
    Method.PAPER: lazy_gettext("on paper, signed by hand"),
}
PAPER_PLACES: Words = {
    PaperPlace.ORIGINAL_ARCHIVE: lazy_gettext("The original, in the archive"),
    PaperPlace.ORIGINAL_SAFE: lazy_gettext("The original, in the safe"),
    PaperPlace.ORIGINAL_CONTRACT: lazy_gettext("The original, with the contract"),
    PaperPlace.SCAN_SAFE: lazy_gettext("A scan, on a disk in the safe"),
    PaperPlace.SCAN_STORE: lazy_gettext("A scan, in the encrypted store"),
}
STATES: Words = {
    State.ACTIVE: lazy_gettext("active"),
    State.BLOCKED: lazy_gettext("blocked"),
    State.RESTRICTED: lazy_gettext("restricted"),
    State.DEPERSONALIZED: lazy_gettext("depersonalized"),
    State.DESTROYED: lazy_gettext("destroyed"),
}
REQUEST_KINDS: Words = {
    RequestKind.ACCESS: lazy_gettext("A copy of the data"),
    RequestKind.CORRECT: lazy_gettext("Correction"),
    RequestKind.COMPLETE: lazy_gettext("Completion"),
    RequestKind.BLOCK: lazy_gettext("Blocking"),
    RequestKind.UNBLOCK: lazy_gettext("Unblocking"),
    RequestKind.DELETE: lazy_gettext("Deletion"),
    RequestKind.WITHDRAW: lazy_gettext("Withdrawal of the consent"),
    RequestKind.NOT_SENDER: lazy_gettext("I am the person named, not the sender"),
    RequestKind.OBJECTION: lazy_gettext("Objection"),
}
REQUEST_STATES: Words = {
    RequestState.RECEIVED: lazy_gettext("received"),
    RequestState.IN_WORK: lazy_gettext("in work"),
    RequestState.ANSWERED: lazy_gettext("answered"),
    RequestState.REFUSED: lazy_gettext("refused"),
    RequestState.DONE: lazy_gettext("done"),
}
ACTS: Words = {
    Act.COLLECTION: lazy_gettext("Collection"),
    Act.ACCUMULATION: lazy_gettext("Accumulation"),
    Act.TRANSFER: lazy_gettext("Transfer"),
    Act.STORAGE: lazy_gettext("Storage"),
    Act.CHANGE: lazy_gettext("Change"),
    Act.ADDITION: lazy_gettext("Addition"),
    Act.ACCESS: lazy_gettext("Access"),
    Act.USE: lazy_gettext("Use"),
    Act.DEPERSONALIZATION: lazy_gettext("Depersonalization"),
    Act.BLOCKING: lazy_gettext("Blocking"),
    Act.DESTRUCTION: lazy_gettext("Destruction"),
}
ACT_DETAILS: Mapping[Act, LazyString] = {
    Act.COLLECTION: lazy_gettext("The form was sent and the Consent given."),
    Act.ACCUMULATION: lazy_gettext("The sealed submission was entered into the register."),
    Act.ACCESS: lazy_gettext("The record was opened at the desk."),
    Act.CHANGE: lazy_gettext("Data or the mailing were changed."),
    Act.ADDITION: lazy_gettext("Data were completed."),
    Act.STORAGE: lazy_gettext("It was decided to keep the data without consent."),
    Act.DESTRUCTION: lazy_gettext("The data and both of their keys were destroyed."),
    Act.DEPERSONALIZATION: lazy_gettext("All that leads to the person was taken away; counts stay."),
}
# How a consent came to its end without the person, as the journal says it.
END_WORDS: Mapping[str, LazyString] = {
    ConsentState.ACHIEVED: lazy_gettext("the purposes are achieved"),
    ConsentState.EXPIRED: lazy_gettext("the term of storage has ended"),
}
SUSPICIONS: Words = {
    Suspicion.HIDDEN_FIELD: lazy_gettext("A field that people do not see was filled in."),
    Suspicion.TOO_QUICK: lazy_gettext("The form was sent sooner than a person can fill it in."),
}
SIGN_PROBLEMS: Mapping[str, Mapping[str, LazyString]] = {
    "name": {
        "empty": lazy_gettext("Enter your name"),
        "long": lazy_gettext("The name is too long: shorten it to fit"),
        "hidden": lazy_gettext("The name contains signs that cannot be seen: clear the field and type it again"),
        "signs": lazy_gettext("Write the name with letters, spaces, hyphens and apostrophes only"),
        "letters": lazy_gettext("Write the name with at least one letter"),
    },
    "second_name": {
        "empty": lazy_gettext("Enter your second name"),
        "long": lazy_gettext("The second name is too long: shorten it to fit"),
        "hidden": lazy_gettext("The second name contains signs that cannot be seen: clear the field and type it again"),
        "signs": lazy_gettext("Write the second name with letters, spaces, hyphens and apostrophes only"),
        "letters": lazy_gettext("Write the second name with at least one letter"),
    },
    "phone": {
        "empty": lazy_gettext("Enter your phone number"),
        "long": lazy_gettext("The phone number is too long: write one number only"),
        "hidden": lazy_gettext(
            "The phone number contains signs that cannot be seen: clear the field and type it again"
        ),
        "signs": lazy_gettext("Write the phone number with digits, such as 8 701 123 45 67, without letters"),
        "short": lazy_gettext("The phone number is too short: check that no digit is missing"),
        "number": lazy_gettext("Check the phone number: with the country code for numbers outside Kazakhstan"),
    },
}


def attestations() -> tuple[str, ...]:
    """What the person states by ticking the box, or by signing: clause 1."""
    return tuple(str(ATTESTATIONS[attestation]) for attestation in Attestation)


def responsible_person(settings: Settings) -> str:
    """Who answers for the processing, as a phrase."""
    return settings.responsible_person.strip() or gettext("the head of the Operator")


def operator_name(settings: Settings) -> str:
    """The Operator's name in the language of the page."""
    return _in_language(settings, "operator_name")


def operator_address(settings: Settings) -> str:
    """The Operator's postal address in the language of the page."""
    return _in_language(settings, "operator_address")


def _in_language(settings: Settings, name: str) -> str:
    translated: str = getattr(settings, f"{name}_{get_locale()}", "")
    return translated.strip() or str(getattr(settings, name))
