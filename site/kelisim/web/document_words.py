"""The words for the states of documents and for what the check of them can find."""

from flask_babel import gettext, lazy_gettext

from kelisim.domain.documents import Force, Kind
from kelisim.services.document_checks import Damage, Flaw
from kelisim.web.words import Words

KINDS: Words = {
    Kind.CONSENT: lazy_gettext("Consent"),
    Kind.POLICY: lazy_gettext("Policy"),
    Kind.COOKIES: lazy_gettext("Cookies"),
}
FORCES: Words = {
    Force.COMING: lazy_gettext("not in force yet"),
    Force.IN_FORCE: lazy_gettext("in force"),
    Force.ENDED: lazy_gettext("ended"),
}


def said_of(damage: Damage) -> str:
    """A damage in a sentence."""
    name = damage.name
    sentences = {
        Flaw.PUBLISHED_CHANGED: gettext("The published text is not what was published: %(name)s.", name=name),
        Flaw.PUBLISHED_GONE: gettext("The published text is gone: %(name)s.", name=name),
        Flaw.NOT_JOURNALLED: gettext("The published text is not in the journal: %(name)s.", name=name),
        Flaw.SHOWN_CHANGED: gettext("The kept text is not what was shown: %(name)s.", name=name),
        Flaw.TEXT_MISSING: gettext("The text this consent was given to is not kept: %(name)s.", name=name),
        Flaw.APPROVED_MISSING: gettext("The words of this approval are not kept: %(name)s.", name=name),
    }
    return sentences[damage.flaw]
