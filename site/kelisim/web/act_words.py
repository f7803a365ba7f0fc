"""The words of decisions about a record as a whole, and of the act that is written when its data go."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Act, Reason
from kelisim.domain.desk_acts import BlockReason, DeskAct, DeskReason, UnblockReason
from kelisim.domain.destructions import ARTICLES, DestructionGround
from kelisim.web.request_words import article
from kelisim.web.words import Words


@dataclass(frozen=True)
class DeskActWords:
    """A decision in words: the link to it, its page, what is chosen there, what follows, its button."""

    link: LazyString
    title: LazyString
    choose: LazyString
    consequences: tuple[LazyString, ...]
    button: LazyString


_GONE = lazy_gettext(
    "Name, second name and phone number go for good, with both of their keys and all they are found by."
)
_FOREVER = lazy_gettext("Nobody can take this back: not you and not the administrator.")
_TOLD = lazy_gettext("Each recipient who was handed the data has to be told: a task is opened for each.")
_PROOF = lazy_gettext("An act with a number, signed by the site, is written. The person sees it on their page.")
DESK_ACTS: Mapping[DeskAct, DeskActWords] = {
    DeskAct.BLOCK: DeskActWords(
        lazy_gettext("Block the data"),
        lazy_gettext("Block the data of submission %(reference)s"),
        lazy_gettext("Why they are blocked"),
        (
            lazy_gettext("Everything but storing stops, and the data are closed to the desk until they are unblocked."),
            lazy_gettext("Blocked data are not destroyed either, not even when their term ends."),
            _TOLD,
        ),
        lazy_gettext("Block the data"),
    ),
    DeskAct.UNBLOCK: DeskActWords(
        lazy_gettext("Unblock the data"),
        lazy_gettext("Unblock the data of submission %(reference)s"),
        lazy_gettext("Why the block is lifted"),
        (
            lazy_gettext("With the consent given, the data may be used again for what it covers."),
            lazy_gettext("With the consent over, they stay kept on the ground that was decided, and nothing else."),
            _TOLD,
        ),
        lazy_gettext("Unblock the data"),
    ),
    DeskAct.ACHIEVE: DeskActWords(
        lazy_gettext("Declare the purposes achieved"),
        lazy_gettext("The purposes of submission %(reference)s are achieved"),
        lazy_gettext("What is over"),
        (
            lazy_gettext("The consent ends now, for every purpose, the mailing too. It cannot be given back."),
            lazy_gettext("The data are not used or handed over any more, and are destroyed after the days of grace."),
            _TOLD,
        ),
        lazy_gettext("End the consent of submission %(reference)s"),
    ),
    DeskAct.DEPERSONALIZE: DeskActWords(
        lazy_gettext("Depersonalize the data"),
        lazy_gettext("Depersonalize submission %(reference)s"),
        lazy_gettext("On what ground"),
        (
            _GONE,
            _FOREVER,
            lazy_gettext("The state, the days and the topic stay, to be counted. Nobody can be found in them."),
            _TOLD,
            _PROOF,
        ),
        lazy_gettext("Depersonalize submission %(reference)s"),
    ),
    DeskAct.DESTROY: DeskActWords(
        lazy_gettext("Destroy the data"),
        lazy_gettext("Destroy submission %(reference)s"),
        lazy_gettext("On what ground"),
        (
            _GONE,
            _FOREVER,
            lazy_gettext("The topic, the tags and the log of contacts go too. The reference and the journal stay."),
            _TOLD,
            _PROOF,
        ),
        lazy_gettext("Destroy submission %(reference)s"),
    ),
}
CODES: Words = {
    BlockReason.REPORT: lazy_gettext("A report says that the processing is unlawful"),
    BlockReason.STATE_BODY: lazy_gettext("A state body or a court demands it"),
    BlockReason.OWN_FINDING: lazy_gettext("We found a violation ourselves"),
    UnblockReason.NOT_CONFIRMED: lazy_gettext("The violation is not confirmed"),
    UnblockReason.MENDED: lazy_gettext("The violation is mended"),
}
GROUNDS: Words = {
    DestructionGround.WITHDRAWN: lazy_gettext("The person withdrew the consent"),
    DestructionGround.REQUESTED: lazy_gettext("The person asked for it"),
    DestructionGround.NOT_THE_SENDER: lazy_gettext("Somebody else had sent the person’s data"),
    DestructionGround.ACHIEVED: lazy_gettext("The purposes are achieved"),
    DestructionGround.TERM_ENDED: lazy_gettext("The term of storage has ended"),
    DestructionGround.RELATION_OVER: lazy_gettext("The relation with the person is over"),
    DestructionGround.COURT: lazy_gettext("A decision of a court has come into force"),
    DestructionGround.UNLAWFUL: lazy_gettext("The processing was unlawful"),
    DestructionGround.COUNTS_ONLY: lazy_gettext("Only counts are needed any more"),
}
WHY_NOT: Mapping[Reason | DeskReason, LazyString] = {
    Reason.KEPT_ALREADY: lazy_gettext("The data are held already."),
    Reason.BLOCKED: lazy_gettext("The data are blocked: nothing is done with them until they are unblocked."),
    Reason.BLOCKED_ALREADY: lazy_gettext("The data are blocked already."),
    Reason.RESTRICTED: lazy_gettext("The data are only kept on a ground of the law."),
    Reason.NOTHING_PERSONAL: lazy_gettext("Nothing personal is left."),
    Reason.DESTROYED: lazy_gettext("The data are destroyed."),
    Reason.CONSENT_OVER: lazy_gettext("The consent is over."),
    DeskReason.NOT_BLOCKED: lazy_gettext("The data are not blocked."),
    DeskReason.HELD: lazy_gettext("A request of the person holds the block: decide the request."),
    DeskReason.WOULD_DESTROY: lazy_gettext(
        "The consent is over, and without the block the data would be destroyed at once: decide to keep them first."
    ),
    DeskReason.KEPT: lazy_gettext("A decision to keep the data stands until its last day."),
    DeskReason.GROUND: lazy_gettext("The ground does not fit what the record is now: choose again."),
}
TITLES: Mapping[Act, LazyString] = {
    Act.DESTRUCTION: lazy_gettext("Act of destruction No. %(number)s"),
    Act.DEPERSONALIZATION: lazy_gettext("Act of depersonalization No. %(number)s"),
}
WHAT_WENT: Mapping[Act, LazyString] = {
    Act.DESTRUCTION: lazy_gettext(
        "The personal data of submission %(reference)s were destroyed: they cannot be restored from the register, its "
        "index or its log."
    ),
    Act.DEPERSONALIZATION: lazy_gettext(
        "The personal data of submission %(reference)s were taken away for good: what remains is counted and leads to "
        "nobody."
    ),
}


def ground_words(ground: DestructionGround) -> str:
    """A ground in words, with its article where there is one."""
    words, named = str(GROUNDS[ground]), article(ARTICLES[ground])
    return f"{words} ({named})" if named else words
