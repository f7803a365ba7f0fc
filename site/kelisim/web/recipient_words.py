"""The words about recipients and transfers: each problem, each reason, each state, in the reader's language."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Reason
from kelisim.domain.journal import Entry
from kelisim.domain.recipient_tasks import CHANGED, How, TaskKind
from kelisim.domain.recipients import Recipient
from kelisim.domain.transfers import Delivery, Obstacle, Way
from kelisim.domain.webhooks import Outcome
from kelisim.services.transfers import Transfer

PROBLEMS: Mapping[str, LazyString] = {
    "name": lazy_gettext("Enter the name of the recipient, up to 200 signs"),
    "country": lazy_gettext("Choose the country from the list"),
    "bin": lazy_gettext("Enter the BIN: 12 digits, as in the registration"),
    "number": lazy_gettext("Enter the registration number: Latin letters and digits, up to 40 signs"),
    "purposes": lazy_gettext("Choose at least one purpose"),
    "contact": lazy_gettext("Enter how the recipient is reached, up to 200 signs"),
    "known": lazy_gettext("This recipient is in the register already"),
    "ended": lazy_gettext("This recipient was ended: enter it anew"),
    "signed": lazy_gettext("Give the day it was signed: today or before"),
    "expires": lazy_gettext("Give a last day that has not passed"),
    "scope": lazy_gettext("Choose at least one of the recipient’s purposes"),
    "age_key": lazy_gettext("Enter the public key as age-keygen prints it: age1 and 58 signs"),
    "webhook": lazy_gettext("Enter an address that begins with https:// and holds no name or password"),
}
REFUSALS: Mapping[Reason | Obstacle, LazyString] = {
    Reason.KEPT_ALREADY: lazy_gettext("The data are held already."),
    Reason.BLOCKED: lazy_gettext("The record is blocked: until it is unblocked nothing is handed over."),
    Reason.BLOCKED_ALREADY: lazy_gettext("The record is blocked already."),
    Reason.RESTRICTED: lazy_gettext("The record is kept on a ground of the law: it is stored and not handed over."),
    Reason.NOTHING_PERSONAL: lazy_gettext("The record is depersonalized: there is nothing to hand over."),
    Reason.DESTROYED: lazy_gettext("The record is destroyed: there is nothing to hand over."),
    Reason.CONSENT_OVER: lazy_gettext("The consent is over: nothing is handed over any more."),
    Obstacle.RECIPIENT_ENDED: lazy_gettext("The recipient was ended: it gets nothing more."),
    Obstacle.NO_UNDERTAKING: lazy_gettext(
        "The recipient has no undertaking of security and non-disclosure that holds today."
    ),
    Obstacle.OVER_SCOPE: lazy_gettext("The recipient’s undertaking does not cover this purpose."),
    Obstacle.NOT_CONSENTED: lazy_gettext("The person has not consented to this purpose, or not any more."),
    Obstacle.NO_KEY: lazy_gettext("The register holds no public key of the recipient to seal a file for."),
    Obstacle.SAID_NOBODY: lazy_gettext(
        "The Operator states beside the form that the data are handed to no third party. State first who gets them; that "
        "holds for the consents given from then on."
    ),
    Obstacle.SAID_HOME: lazy_gettext(
        "The Operator states beside the form that the data do not leave Kazakhstan. State first that they may; that holds "
        "for the consents given from then on."
    ),
    Obstacle.NO_WEBHOOK: lazy_gettext("The register holds no address of the recipient to send to."),
}
WAYS: Mapping[Way, LazyString] = {
    Way.FILE: lazy_gettext("A file that only the recipient opens"),
    Way.WEBHOOK: lazy_gettext("Straight to the recipient’s address"),
}
DELIVERIES: Mapping[Delivery, LazyString] = {
    Delivery.WAITING: lazy_gettext("on its way"),
    Delivery.DONE: lazy_gettext("handed over"),
    Delivery.FAILED: lazy_gettext("did not arrive"),
    Delivery.GIVEN_UP: lazy_gettext("given up"),
    Delivery.STOPPED: lazy_gettext("stopped"),
}
OUTCOMES: Mapping[str, LazyString] = {
    **{str(reason.value): words for reason, words in REFUSALS.items()},
    CHANGED: lazy_gettext("The data were changed before they went out: hand them over anew."),
    Outcome.DELIVERED.value: lazy_gettext("The recipient confirmed that it arrived."),
    Outcome.NO_ADDRESS.value: lazy_gettext("No such host was found."),
    Outcome.PRIVATE_ADDRESS.value: lazy_gettext("The address leads into a private network: nothing was sent."),
    Outcome.NO_CONNECTION.value: lazy_gettext("There was no connection, or it was cut."),
    Outcome.BAD_CERTIFICATE.value: lazy_gettext("The certificate is not good for this address: nothing was sent."),
    Outcome.TIMEOUT.value: lazy_gettext("There was no answer in time."),
    Outcome.REDIRECT.value: lazy_gettext("The answer led to another address: it was not followed."),
    Outcome.GONE.value: lazy_gettext("The recipient answered that it takes nothing more here (410)."),
    Outcome.REFUSED.value: lazy_gettext("The recipient answered with an error."),
    Outcome.BROKEN_ANSWER.value: lazy_gettext("The answer could not be read."),
    Outcome.UNREADABLE.value: lazy_gettext(
        "What was to be sent cannot be opened: give it up and hand the data over anew."
    ),
}
REGISTER_TABS: Mapping[str, LazyString] = {
    "all": lazy_gettext("All transfers"),
    "waiting": lazy_gettext("On their way"),
    "failed": lazy_gettext("Did not arrive"),
}
TASKS: Mapping[TaskKind, LazyString] = {
    TaskKind.CHANGE: lazy_gettext("The data were changed: give the recipient the new ones"),
    TaskKind.UNSUBSCRIBE: lazy_gettext("The mailing was ended: the recipient sends nothing more"),
    TaskKind.BLOCK: lazy_gettext("The data were blocked: the recipient only stores them"),
    TaskKind.UNBLOCK: lazy_gettext("The block was lifted: the recipient may use the data again"),
    TaskKind.WITHDRAW: lazy_gettext("The consent was withdrawn: the recipient stops and destroys the data"),
    TaskKind.DESTROY: lazy_gettext("The data were destroyed: the recipient destroys them too"),
}
TASK_TABS: Mapping[str, LazyString] = {
    "due": lazy_gettext("Due"),
    "overdue": lazy_gettext("Overdue"),
    "closed": lazy_gettext("Done"),
}
HOW: Mapping[How, LazyString] = {
    How.EMAIL: lazy_gettext("by e-mail"),
    How.LETTER: lazy_gettext("by letter"),
    How.PHONE: lazy_gettext("by phone"),
    How.SYSTEM: lazy_gettext("in the recipient’s system"),
    How.IN_PERSON: lazy_gettext("in person"),
    How.OVERTAKEN: lazy_gettext("nothing to say any more: a later task says it"),
}
TASK_PROBLEMS: Mapping[str, LazyString] = {
    "closed": lazy_gettext("This was noted already"),
    "told_on": lazy_gettext(
        "Give the day the recipient was told: not before there was something to tell, and no day to come"
    ),
}
_OBLIGATIONS = (
    lazy_gettext("Use the data only for the purpose named here."),
    lazy_gettext("Keep them secure and disclose them to nobody."),
    lazy_gettext("Correct, block or destroy them as soon as the Operator tells you to."),
    lazy_gettext("Destroy them once the purpose is achieved, and tell the Operator that you did."),
)
_STEPS: Mapping[str, LazyString] = {
    "added": lazy_gettext("Entered in the register"),
    "undertaking": lazy_gettext("Undertaking added"),
    "contact": lazy_gettext("Contact changed"),
    "age_key": lazy_gettext("Public key changed"),
    "webhook": lazy_gettext("Address and secret set"),
    "webhook_off": lazy_gettext("Address taken out"),
    "ended": lazy_gettext("Ended"),
}
_TRANSFER_STEPS: Mapping[str, LazyString] = {
    "handed_over": lazy_gettext("The data were handed to a recipient."),
    "saved": lazy_gettext("The file sealed for the recipient was saved."),
    "told": lazy_gettext("A recipient was told what happened to the data."),
    "delivered": lazy_gettext("The recipient confirmed that the data arrived."),
    "failed": lazy_gettext("The data did not arrive at the recipient."),
    "again": lazy_gettext("The data are sent to the recipient again."),
    "given_up": lazy_gettext("Sending the data to the recipient was given up."),
    "stopped": lazy_gettext("Sending the data was stopped: it is not permitted any more."),
}


def standing(recipient: Recipient, holds: bool) -> str:
    """May a recipient get data today, in words."""
    if recipient.ended is not None:
        return gettext("ended")
    if holds:
        return gettext("may get data")
    return gettext("undertaking is over") if recipient.undertakings else gettext("no undertaking yet")


def obligations() -> tuple[str, ...]:
    """What each recipient is bound to, in the language of the moment."""
    return tuple(str(text) for text in _OBLIGATIONS)


def register_step(entry: Entry) -> str:
    """What was done with a recipient's entry."""
    words = _STEPS.get(entry.details.get("step", ""))
    return str(words) if words is not None else ""


def transfer_step(entry: Entry) -> str:
    """What an entry of the act of transfer says of a record."""
    words = _TRANSFER_STEPS.get(entry.details.get("step", ""))
    return str(words) if words is not None else ""


def delivery_words(transfer: Transfer) -> str:
    """Where a transfer is. A file is ready until it is saved."""
    if transfer.way is Way.FILE and transfer.state is Delivery.WAITING:
        return gettext("file saved") if transfer.tries else gettext("file ready")
    return str(DELIVERIES[transfer.state])


def to_the_person(transfer: Transfer) -> str:
    """What came of a transfer, for the person it is about."""
    if transfer.state is Delivery.DONE or (transfer.way is Way.FILE and transfer.went_out):
        return gettext("Handed over.")
    if transfer.state is Delivery.WAITING:
        return gettext("On its way.")
    if transfer.went_out:
        return gettext("Sent, but the recipient has not confirmed that it arrived.")
    return gettext("Stopped before anything went out.")
