"""The words for what the site says of a receipt somebody shows."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.acts import ConsentState
from kelisim.domain.envelopes import Unreadable
from kelisim.services.receipts import Finding

# A heading and a text each; an unreadable file is said at its field.
FINDINGS: Mapping[Finding, tuple[LazyString, LazyString]] = {
    Finding.ISSUED: (
        lazy_gettext("This site issued this receipt"),
        lazy_gettext("It is as it was issued: nothing in it was changed."),
    ),
    Finding.FOREIGN: (
        lazy_gettext("This site did not sign this receipt"),
        lazy_gettext("It names another key than the one of this site: another site made it, or somebody changed it."),
    ),
    Finding.ALTERED: (
        lazy_gettext("This receipt is not genuine"),
        lazy_gettext("Its signature does not hold: it was changed after it was issued, or never issued by this site."),
    ),
    Finding.UNKNOWN: (
        lazy_gettext("No receipt of this site has these numbers"),
        lazy_gettext("No receipt has both this reference and this SHA-256. Check each sign of both."),
    ),
}
STANDINGS: Mapping[ConsentState, LazyString] = {
    ConsentState.GIVEN: lazy_gettext("It stands. It was given on:"),
    ConsentState.WITHDRAWN: lazy_gettext("It does not stand any more. It was withdrawn on:"),
    ConsentState.ACHIEVED: lazy_gettext("It does not stand any more. Its purposes were achieved on:"),
    ConsentState.EXPIRED: lazy_gettext("It does not stand any more. Its term was over on:"),
}
UNREADABLE: Mapping[Unreadable, LazyString] = {
    Unreadable.ENCODING: lazy_gettext("This is not a text in UTF-8: choose the receipt file as it was saved"),
    Unreadable.JSON: lazy_gettext(
        "This is not a whole receipt file: it is of another kind, or a part of it is cut off"
    ),
    Unreadable.SHAPE: lazy_gettext("This file is no receipt of this site: choose the receipt file"),
}
