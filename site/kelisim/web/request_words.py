"""The words of rights and requests: each code of the domain in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import get_locale, gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from kelisim.domain.grounds import KEEPING_ARTICLES, REFUSAL_ARTICLES, KeepingGround, RefusalGround
from kelisim.domain.objections import Objection
from kelisim.domain.requests import Channel, Identity
from kelisim.domain.rights import RequestKind
from kelisim.services.request_rows import Event
from kelisim.web.words import Words

_LAW = {"en": "eng", "ru": "rus", "kk": "kaz"}
_OBLIGATION = lazy_gettext("There is an obligation towards the Operator that is not fulfilled yet.")
_BARRED = lazy_gettext("A law of the Republic of Kazakhstan does not allow the consent to be withdrawn in this case.")
_BY_LAW = lazy_gettext("The law says that these data are kept for a certain time.")
_CASE = lazy_gettext("A court or a state body needs the data for a case.")


@dataclass(frozen=True)
class RightWords:
    """A right in words: its name, what it gives, what happens and when, how the letter says that it was met."""

    title: LazyString
    gives: LazyString
    happens: LazyString
    met: LazyString


RIGHT_WORDS: Mapping[RequestKind, RightWords] = {
    RequestKind.ACCESS: RightWords(
        lazy_gettext("Know what is held about you"),
        lazy_gettext("You learn whether we hold data about you, which, why, for how long and who has seen them."),
        lazy_gettext("Online you see it at once; to a letter or an e-mail you get an answer."),
        lazy_gettext("Here is what you asked for."),
    ),
    RequestKind.CORRECT: RightWords(
        lazy_gettext("Correct your data"),
        lazy_gettext("A name or a number that is wrong is set right."),
        lazy_gettext("Online it is done at once. What was there before stays sealed as a proof."),
        lazy_gettext("Your data are corrected as you asked."),
    ),
    RequestKind.COMPLETE: RightWords(
        lazy_gettext("Complete your data"),
        lazy_gettext("What is missing is added."),
        lazy_gettext("Online it is done at once."),
        lazy_gettext("Your data are completed as you asked."),
    ),
    RequestKind.BLOCK: RightWords(
        lazy_gettext("Block your data"),
        lazy_gettext("You say that your data are processed unlawfully; everything but storing them stops."),
        lazy_gettext("They are blocked as soon as we know that it is you, and stay so if the violation is confirmed."),
        lazy_gettext("Your data are blocked. They stay so until you ask to have them unblocked."),
    ),
    RequestKind.UNBLOCK: RightWords(
        lazy_gettext("Unblock your data"),
        lazy_gettext("A block that you asked for is lifted."),
        lazy_gettext("If your consent is over by then and no law keeps the data, they are destroyed instead."),
        lazy_gettext("The block is lifted."),
    ),
    RequestKind.DELETE: RightWords(
        lazy_gettext("Have your data destroyed"),
        lazy_gettext("Everything that names you is destroyed for good."),
        lazy_gettext("As soon as we know that it is you, your consent ends and the data are blocked."),
        lazy_gettext("Your data are destroyed. Nothing of them can be restored."),
    ),
    RequestKind.WITHDRAW: RightWords(
        lazy_gettext("Withdraw your consent"),
        lazy_gettext("Your consent ends, and with it the processing of your data."),
        lazy_gettext("As soon as we know that it is you, your consent ends and the data are blocked."),
        lazy_gettext("Your consent is withdrawn and your data are destroyed. Nothing of them can be restored."),
    ),
    RequestKind.NOT_SENDER: RightWords(
        lazy_gettext("Say that somebody else sent your data"),
        lazy_gettext("You are the person named in a form and did not send it: the data go."),
        lazy_gettext("As soon as we know that it is you, the data are blocked."),
        lazy_gettext("The data that somebody else sent about you are destroyed. Nothing of them can be restored."),
    ),
    RequestKind.OBJECTION: RightWords(
        lazy_gettext("Object to the processing"),
        lazy_gettext("You tell us what you do not agree with, and we decide about it."),
        lazy_gettext("If we agree with you, your data are blocked."),
        lazy_gettext("You are right: your data are blocked."),
    ),
}
CHANNELS: Words = {
    Channel.SITE: lazy_gettext("on the site"),
    Channel.LETTER: lazy_gettext("by letter"),
    Channel.EMAIL: lazy_gettext("by e-mail"),
    Channel.IN_PERSON: lazy_gettext("in person"),
}
IDENTITIES: Words = {
    Identity.SECRET_LINK: lazy_gettext("the secret of the receipt"),
    Identity.DOCUMENT_SHOWN: lazy_gettext("an identity document was shown"),
    Identity.DIGITAL_SIGNATURE: lazy_gettext("a digital signature"),
    Identity.SIGNATURE: lazy_gettext("a signature on paper"),
    Identity.CALL_BACK: lazy_gettext("a call back to the number on record"),
    Identity.AUTHORITY: lazy_gettext("papers of a lawful representative"),
}
EVENTS: Words = {
    Event.RECEIVE: lazy_gettext("Received"),
    Event.IDENTIFY: lazy_gettext("Checked who asks"),
    Event.TAKE_UP: lazy_gettext("Taken up"),
    Event.ANSWER: lazy_gettext("Answered"),
    Event.REFUSE: lazy_gettext("Refused"),
    Event.FINISH: lazy_gettext("Done"),
}
REFUSALS: Words = {
    RefusalGround.IDENTITY_NOT_CONFIRMED: lazy_gettext("It could not be confirmed who asks."),
    RefusalGround.NOT_THE_PERSON: lazy_gettext("Whoever asks is not the person named in the data."),
    RefusalGround.NO_DATA: lazy_gettext("No data of this person are held."),
    RefusalGround.NO_DOCUMENTS: lazy_gettext("No document confirms the change."),
    RefusalGround.VIOLATION_NOT_CONFIRMED: lazy_gettext("The violation was looked into and not confirmed."),
    RefusalGround.BLOCK_STANDS: lazy_gettext("The reason for the block still stands."),
    RefusalGround.WITHDRAWAL_BARRED: _BARRED,
    RefusalGround.UNFULFILLED_OBLIGATION: _OBLIGATION,
    RefusalGround.STORAGE_BY_LAW: _BY_LAW,
    RefusalGround.STATE_BODY_CASE: _CASE,
}
OBJECTIONS: Words = {
    Objection.PURPOSE: lazy_gettext("The data are used for something I did not agree to."),
    Objection.EXCESS: lazy_gettext("More is asked or kept than the purpose needs."),
    Objection.TERM: lazy_gettext("The data are kept longer than was stated."),
    Objection.RECIPIENT: lazy_gettext("The data were handed to somebody who should not have them."),
    Objection.BORDER: lazy_gettext("The data left Kazakhstan, and it was not stated so."),
    Objection.PUBLICATION: lazy_gettext("The data were published."),
    Objection.AUTOMATED: lazy_gettext("A program alone decided about me."),
    Objection.PROTECTION: lazy_gettext("The data are not protected well enough."),
    Objection.OTHER: lazy_gettext("Something else: the Operator asks me what it is."),
}
KEEPINGS: Words = {
    KeepingGround.UNFULFILLED_OBLIGATION: _OBLIGATION,
    KeepingGround.WITHDRAWAL_BARRED: _BARRED,
    KeepingGround.STORAGE_BY_LAW: _BY_LAW,
    KeepingGround.STATE_BODY_CASE: _CASE,
    KeepingGround.RIGHTS_PROTECTION: lazy_gettext(
        "Constitutional rights and freedoms have to be protected and a consent cannot be had."
    ),
}
# Why something cannot be done to a request now: codes of RequestProblem, RequestObstacle and KeepingProblem.
PROBLEMS: Mapping[str, LazyString] = {
    "received": lazy_gettext("Give the day it arrived: today or before"),
    "reference": lazy_gettext("There is no submission with this reference: check its eight signs"),
    "identity": lazy_gettext("Check who asks first, in a way that fits how the request came"),
    "state": lazy_gettext("This request has moved on meanwhile: see its steps"),
    "ground": lazy_gettext(
        "Choose a ground of this kind of request. Whoever could not be identified is refused on that ground only"
    ),
    "objection": lazy_gettext("Choose what the objection is about"),
    "record": lazy_gettext("Find the submission first: write its reference beside the check of who asks"),
    "unchanged": lazy_gettext("Nothing was corrected since this request came in: correct the data first"),
    "held": lazy_gettext("Another open request holds the block: decide that one first"),
    "kept": lazy_gettext("A decision to keep the data stands: refuse the request on its ground, or wait for its end"),
    "data": lazy_gettext("There are data of this person: choose another ground"),
    "term": lazy_gettext("Give the last day the data are kept: today or later"),
}


def article(code: str | None) -> str:
    """An article of the Law as a phrase; empty where there is none."""
    return gettext("Article %(number)s of Law No. 94-V", number=code) if code is not None else ""


def with_article(ground: RefusalGround | KeepingGround) -> str:
    """A ground in words, with its article where there is one."""
    if isinstance(ground, RefusalGround):
        words, named = str(REFUSALS[ground]), article(REFUSAL_ARTICLES[ground])
    else:
        words, named = str(KEEPINGS[ground]), article(KEEPING_ARTICLES[ground])
    sentence, stop = words.removesuffix("."), "." if words.endswith(".") else ""
    return f"{sentence} ({named}){stop}" if named else words


def objection_words(objection: Objection | None) -> str:
    """What an objection is about; empty where that is not known."""
    return str(OBJECTIONS[objection]) if objection is not None else ""


def law_address() -> str:
    """The Law in the language of the page."""
    return f"https://adilet.zan.kz/{_LAW.get(str(get_locale()), 'eng')}/docs/Z1300000094"


def working_days(term: int) -> str:
    """A term as a phrase."""
    return ngettext("%(num)s working day", "%(num)s working days", term)


def left(days: int) -> str:
    """How much of a term is left; a negative number is overdue."""
    if days > 0:
        return ngettext("%(num)s working day left", "%(num)s working days left", days)
    if days == 0:
        return gettext("Due today")
    return ngettext("Overdue by %(num)s working day", "Overdue by %(num)s working days", -days)
