"""The words of acts on several records."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Reason
from kelisim.domain.bulk import BulkAct
from kelisim.domain.transfers import Obstacle
from kelisim.web.use_words import CONTACT_PROBLEMS, TAG_PROBLEMS
from kelisim.web.words import Words

BULK_BUTTONS: Words = {
    BulkAct.CONTACT: lazy_gettext("Note a contact"),
    BulkAct.TAG: lazy_gettext("Put a tag on"),
    BulkAct.UNTAG: lazy_gettext("Take a tag off"),
    BulkAct.BLOCK: lazy_gettext("Block the data"),
    BulkAct.UNBLOCK: lazy_gettext("Unblock the data"),
    BulkAct.TRANSFER: lazy_gettext("Hand over the data"),
}
BULK_MEANS: Words = {
    BulkAct.CONTACT: lazy_gettext("Each person sees on their page that you turned to them and for which purpose."),
    BulkAct.TAG: lazy_gettext("Each submission whose state permits its use bears the tag."),
    BulkAct.UNTAG: lazy_gettext("The tag is taken off each submission whose state permits its use."),
    BulkAct.BLOCK: lazy_gettext(
        "Everything but storing stops, and the data are closed to the desk until they are unblocked."
    ),
    BulkAct.UNBLOCK: lazy_gettext(
        "Only blocks made at the desk are lifted. What a person asked to have blocked stays so, and so does what the consent no longer covers."
    ),
    BulkAct.TRANSFER: lazy_gettext(
        "Name, second name and phone number go to one recipient for one purpose. Each person sees to whom, when and for "
        "what; later changes, withdrawals and destruction have to be told to the recipient."
    ),
}
_REASONS: Mapping[str, LazyString] = {
    Reason.KEPT_ALREADY: lazy_gettext("it is there already"),
    Reason.BLOCKED: lazy_gettext("it is blocked"),
    Reason.BLOCKED_ALREADY: lazy_gettext("it is blocked already"),
    Reason.RESTRICTED: lazy_gettext("it is only kept on a ground of the law"),
    Reason.NOTHING_PERSONAL: lazy_gettext("nothing personal is left in it"),
    Reason.DESTROYED: lazy_gettext("it is destroyed"),
    Reason.CONSENT_OVER: lazy_gettext("the consent is over"),
    Obstacle.RECIPIENT_ENDED: lazy_gettext("the recipient was ended"),
    Obstacle.NO_UNDERTAKING: lazy_gettext("the recipient has no undertaking that holds today"),
    Obstacle.OVER_SCOPE: lazy_gettext("the recipient’s undertaking does not cover this purpose"),
    Obstacle.NOT_CONSENTED: lazy_gettext("the person has not consented to this purpose, or not any more"),
    Obstacle.NO_KEY: lazy_gettext("there is no public key of the recipient"),
    Obstacle.NO_WEBHOOK: lazy_gettext("there is no address of the recipient to send to"),
    Obstacle.SAID_NOBODY: lazy_gettext("the person was told that nobody gets the data"),
    Obstacle.SAID_HOME: lazy_gettext("the person was told that the data do not leave Kazakhstan"),
    "damaged": lazy_gettext("it cannot be opened: what is stored was changed or damaged"),
    "held": lazy_gettext("a request of the person holds the block"),
    "not_blocked": lazy_gettext("it is not blocked"),
    "gone": lazy_gettext("there is no such submission"),
}


def refusal_words(code: str) -> str:
    """Why a record was left as it is. Raises KeyError for a code that is none."""
    return str({**CONTACT_PROBLEMS, **TAG_PROBLEMS, **_REASONS}[code])
