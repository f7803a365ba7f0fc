"""The words of My data: each act with its consequences, each reason, each state, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import Act, ConsentState, Reason, State
from kelisim.domain.consents import Method
from kelisim.domain.journal import Entry
from kelisim.domain.own_acts import OwnAct, OwnReason
from kelisim.domain.purposes import Purpose
from kelisim.web.recipient_words import transfer_step
from kelisim.web.use_words import own_use_words
from kelisim.web.words import PURPOSES


@dataclass(frozen=True)
class OwnActWords:
    """An act in words: its page, what follows from it, its button, and what is said once it is done."""

    title: LazyString
    consequences: tuple[LazyString, ...]
    button: LazyString
    done: LazyString


_NOTHING_ELSE = lazy_gettext("Nothing else changes, and your consent stands.")
_AT_ONCE_BLOCKED = lazy_gettext("Your data are blocked at once: nobody uses, opens or hands them over.")
_DECIDED = lazy_gettext("The Operator answers by the day that your page then shows.")
_FOR_GOOD = lazy_gettext("This cannot be taken back. To be called again you send a new form.")

OWN_ACTS: Mapping[OwnAct, OwnActWords] = {
    OwnAct.CORRECT: OwnActWords(
        lazy_gettext("Correct your data"),
        (
            lazy_gettext("What you write here takes the place of what is held, at once."),
            lazy_gettext("What was there before stays sealed beside it, as a proof of the change."),
            _NOTHING_ELSE,
        ),
        lazy_gettext("Correct my data"),
        lazy_gettext("Your data are corrected."),
    ),
    OwnAct.COMPLETE: OwnActWords(
        lazy_gettext("Complete your data"),
        (
            lazy_gettext("You can write out a name that is there in part, and choose a topic where there is none."),
            lazy_gettext("What you add counts at once; the term for which your data are kept stays the same."),
            _NOTHING_ELSE,
        ),
        lazy_gettext("Complete my data"),
        lazy_gettext("Your data are completed."),
    ),
    OwnAct.UNSUBSCRIBE: OwnActWords(
        lazy_gettext("Stop the mailing"),
        (
            lazy_gettext("You get no more news and offers."),
            lazy_gettext("The rest of what you asked for goes on, and your consent to it stands."),
        ),
        lazy_gettext("Stop the mailing"),
        lazy_gettext("The mailing is stopped."),
    ),
    OwnAct.BLOCK: OwnActWords(
        lazy_gettext("Block your data"),
        (
            _AT_ONCE_BLOCKED,
            lazy_gettext("They are not destroyed while they are blocked, not even when their term ends."),
            lazy_gettext("You can lift this block yourself until the Operator has confirmed it."),
            _DECIDED,
        ),
        lazy_gettext("Block my data"),
        lazy_gettext("Your data are blocked."),
    ),
    OwnAct.UNBLOCK: OwnActWords(
        lazy_gettext("Unblock your data"),
        (
            lazy_gettext("A block that only you asked for is lifted at once, and what you asked for goes on."),
            lazy_gettext("A block that the Operator has confirmed stays until the Operator has decided."),
        ),
        lazy_gettext("Unblock my data"),
        lazy_gettext("Your wish is entered. The state of your data stands below."),
    ),
    OwnAct.WITHDRAW: OwnActWords(
        lazy_gettext("Withdraw your consent"),
        (
            lazy_gettext("Your consent ends now, for every purpose, the mailing too."),
            _AT_ONCE_BLOCKED,
            lazy_gettext(
                "The Operator destroys them, or names the ground of the law to keep them, by the day that your page then "
                "shows."
            ),
            _FOR_GOOD,
        ),
        lazy_gettext("Withdraw my consent"),
        lazy_gettext("Your consent is withdrawn and your data are blocked."),
    ),
    OwnAct.DELETE: OwnActWords(
        lazy_gettext("Delete your data"),
        (
            lazy_gettext("Your consent ends now, for every purpose, if it has not ended before."),
            _AT_ONCE_BLOCKED,
            lazy_gettext(
                "The Operator destroys them, or names the ground of the law to keep them, by the day that your page then "
                "shows."
            ),
            _FOR_GOOD,
        ),
        lazy_gettext("Delete my data"),
        lazy_gettext("Your request is entered and your data are blocked."),
    ),
    OwnAct.OBJECT: OwnActWords(
        lazy_gettext("Object to the processing"),
        (
            lazy_gettext("You tell the Operator that you do not agree with how your data are processed."),
            _DECIDED,
            lazy_gettext("If the Operator agrees with you, your data are blocked. Until then nothing changes."),
        ),
        lazy_gettext("Enter my objection"),
        lazy_gettext("Your objection is entered."),
    ),
    OwnAct.NOT_SENDER: OwnActWords(
        lazy_gettext("Say that you did not send the form"),
        (
            lazy_gettext("You state: I am the person named, and another person sent my data."),
            _AT_ONCE_BLOCKED,
            lazy_gettext(
                "The Operator checks it, by the day that your page then shows. If it is so, they are destroyed."
            ),
            lazy_gettext("You cannot lift this block yourself."),
        ),
        lazy_gettext("Report that I did not send it"),
        lazy_gettext("Your report is entered and the data are blocked."),
    ),
    OwnAct.ACCESS: OwnActWords(
        lazy_gettext("Ask for a copy of your data"),
        (
            lazy_gettext("Your page shows everything that is held about you. This asks for it in writing as well."),
            _DECIDED,
            lazy_gettext("It costs nothing."),
        ),
        lazy_gettext("Ask for my copy"),
        lazy_gettext("Your request for a copy is entered."),
    ),
}
REASONS: Mapping[Reason | OwnReason, LazyString] = {
    Reason.KEPT_ALREADY: lazy_gettext("The data are held already."),
    Reason.BLOCKED: lazy_gettext("Your data are blocked: until the block is lifted nothing is done with them."),
    Reason.BLOCKED_ALREADY: lazy_gettext("Your data are blocked already."),
    Reason.RESTRICTED: lazy_gettext("Your data are kept on a ground of the law and used for nothing else."),
    Reason.NOTHING_PERSONAL: lazy_gettext("Nothing is left here that leads to you."),
    Reason.DESTROYED: lazy_gettext("Your data are destroyed. There is nothing left to do anything with."),
    Reason.CONSENT_OVER: lazy_gettext("Your consent has ended already."),
    OwnReason.NOT_SUBSCRIBED: lazy_gettext("You get no mailing."),
    OwnReason.NOT_BLOCKED: lazy_gettext("Your data are not blocked."),
    OwnReason.BLOCK_OF_ENDED_CONSENT: lazy_gettext(
        "Your consent has ended, and the block came with that. It cannot be lifted; you can send a new form."
    ),
    OwnReason.BLOCK_OF_REQUEST: lazy_gettext(
        "The block came with a request that is not decided yet. Once it is decided, the block goes or stays with it."
    ),
    OwnReason.ASKED_ALREADY: lazy_gettext("You have asked for this already, and it is being worked on."),
}
STATE_MEANS: Mapping[State, LazyString] = {
    State.ACTIVE: lazy_gettext("The Operator may use your data for what you agreed to, and for nothing else."),
    State.BLOCKED: lazy_gettext("Your data are only stored. Nobody may use, change, open or hand them over."),
    State.RESTRICTED: lazy_gettext("Your consent is over. Your data are kept on a ground of the law and not used."),
    State.DEPERSONALIZED: lazy_gettext("Only counts are left. Nothing in them leads to you, and that is for good."),
    State.DESTROYED: lazy_gettext(
        "Your data cannot be restored. What remains is this page and the proof of what was done."
    ),
}
CONSENT_MEANS: Mapping[ConsentState, LazyString] = {
    ConsentState.GIVEN: lazy_gettext("Given"),
    ConsentState.WITHDRAWN: lazy_gettext("Withdrawn"),
    ConsentState.ACHIEVED: lazy_gettext("Over: the purposes are achieved"),
    ConsentState.EXPIRED: lazy_gettext("Over: the term has ended"),
}
NOT_LONGER = lazy_gettext(
    "Here you can only write out the name that is there. To put another in its place, correct it."
)
NOTHING_CHANGED = lazy_gettext("This is what we hold already. Change at least one field")
DAMAGED = lazy_gettext(
    "They cannot be opened: what is stored was changed or damaged. The Operator’s desk shows it. Write to the Operator by "
    "e-mail or letter and quote the reference; you can withdraw, block and delete here as before."
)
NOT_OPENED = lazy_gettext("No page belongs to this reference and this secret together. Check both on your receipt")


def who_did(entry: Entry) -> str:
    """Who, as a role: the name of no operator."""
    return actor_words(entry.actor)


def actor_words(actor: str) -> str:
    """An actor of the journal for the person: a role."""
    role = actor.partition(":")[0]
    if role == "operator":
        return gettext("the Operator")
    return gettext("you") if role == "person" else gettext("the site")


def what_was_done(entry: Entry) -> str:
    """What an entry of the journal says to the person it is about."""
    if entry.act is Act.BLOCKING:
        return _what_was_blocked(entry)
    if entry.act is Act.STORAGE and "end" in entry.details:
        return str(CONSENT_MEANS[ConsentState(entry.details["end"])])
    if entry.act is Act.ACCESS or entry.details.get("what") == "evidence":
        return _who_looked(entry)
    if entry.act is Act.TRANSFER:
        return transfer_step(entry)
    if entry.act is Act.USE:
        return own_use_words(entry.details)
    words = _FROM_PAPER if entry.details.get("method") == Method.PAPER else _DONE.get(entry.act)
    return str(words) if words is not None else ""


def _what_was_blocked(entry: Entry) -> str:
    if "lifted" in entry.details:
        return gettext("The block was lifted.")
    if entry.details.get("consent") == ConsentState.WITHDRAWN:
        return gettext("Your consent was withdrawn and the data were blocked.")
    return gettext("The data were blocked.")


def _who_looked(entry: Entry) -> str:
    if entry.details.get("what") == "evidence":
        return gettext("The Operator downloaded the evidence of your consent.")
    if entry.details.get("what") == "export":
        purpose = PURPOSES[Purpose(entry.details["purpose"])]
        return gettext("The Operator exported your data. For: %(purpose)s.", purpose=purpose)
    own = entry.actor == "person"
    return gettext("You opened your data.") if own else gettext("The Operator opened your data.")


_FROM_PAPER = lazy_gettext("The Operator entered the consent that you signed on paper.")
_DONE: Mapping[Act, LazyString] = {
    Act.COLLECTION: lazy_gettext("You sent the form and gave your consent."),
    Act.ACCUMULATION: lazy_gettext("Your sealed data were entered into the register."),
    Act.CHANGE: lazy_gettext("Your data or your mailing were changed."),
    Act.ADDITION: lazy_gettext("Your data were completed."),
    Act.STORAGE: lazy_gettext("It was decided how long your data are stored."),
    Act.DESTRUCTION: lazy_gettext("Your data were destroyed for good."),
    Act.DEPERSONALIZATION: lazy_gettext("All that leads to you was taken away for good."),
}
