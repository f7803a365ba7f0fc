"""The words of use: contacts and tags."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.contacts import Outcome, Way
from kelisim.domain.purposes import Purpose
from kelisim.web.words import PURPOSES, Words

WAYS: Words = {
    Way.CALL: lazy_gettext("A call"),
    Way.MESSAGE: lazy_gettext("A message"),
    Way.MEETING: lazy_gettext("A meeting"),
    Way.LETTER: lazy_gettext("A letter"),
}
OUTCOMES: Words = {
    Outcome.ANSWERED: lazy_gettext("the person was answered"),
    Outcome.AGREED: lazy_gettext("the person agreed"),
    Outcome.DECLINED: lazy_gettext("the person declined"),
    Outcome.LATER: lazy_gettext("the person asked for later"),
    Outcome.NOT_REACHED: lazy_gettext("the person was not reached"),
    Outcome.WRONG_NUMBER: lazy_gettext("the number is somebody else’s"),
}
CONTACT_PROBLEMS: Mapping[str, LazyString] = {
    "future": lazy_gettext("This day has not come yet"),
    "early": lazy_gettext("The data were not there yet on this day"),
    "purpose": lazy_gettext("The person has not consented to this purpose"),
}
TAG_PROBLEMS: Mapping[str, LazyString] = {
    "empty": lazy_gettext("Write the words of the tag"),
    "long": lazy_gettext("Shorten the tag to 40 signs"),
    "signs": lazy_gettext("Write the tag with letters only: numbers of persons are no tags"),
    "taken": lazy_gettext("There is such a tag already"),
    "unknown": lazy_gettext("This tag is not in use any more"),
}


def use_words(details: Mapping[str, str], tags: Mapping[int, str]) -> str:
    """An entry of the journal about a use, for the desk."""
    if "way" in details:
        return gettext(
            "%(way)s: %(outcome)s. For: %(purpose)s.",
            way=WAYS[Way(details["way"])],
            outcome=OUTCOMES[Outcome(details["outcome"])],
            purpose=PURPOSES[Purpose(details["purpose"])],
        )
    for code, words in (("tag", gettext("Tag put on")), ("untag", gettext("Tag taken off"))):
        if code in details:
            return f"{words}: {tags.get(int(details[code]), details[code])}"
    return ""


def own_use_words(details: Mapping[str, str]) -> str:
    """The same for the person it is about."""
    if "way" in details:
        way, purpose = WAYS[Way(details["way"])], PURPOSES[Purpose(details["purpose"])]
        return gettext("The Operator turned to you. %(way)s, for: %(purpose)s.", way=way, purpose=purpose)
    return gettext("The Operator sorted your submission.")
