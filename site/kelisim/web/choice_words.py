"""What the purposes, their changes and the records of choices are called, in the language of the page."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.choices import Change, ChoiceMethod, ChoicePurpose

CHOICE_TITLES: Mapping[ChoicePurpose, LazyString] = {
    ChoicePurpose.CONVENIENCE: lazy_gettext("Convenience"),
    ChoicePurpose.STATISTICS: lazy_gettext("Statistics"),
    ChoicePurpose.ADDRESS: lazy_gettext("Anonymised address"),
}
CHOICE_DOES: Mapping[ChoicePurpose, LazyString] = {
    ChoicePurpose.CONVENIENCE: lazy_gettext(
        "Remembers on this device your language, how you want the site to look, and what you typed in a form that you "
        "have not sent yet."
    ),
    ChoicePurpose.STATISTICS: lazy_gettext(
        "A cookie marks your visit, so that the Operator can count pages, languages, kinds of device and the sites that "
        "people come from. It does not say who you are."
    ),
    ChoicePurpose.ADDRESS: lazy_gettext(
        "The network of your IP address is kept with a counted visit, never the whole address. It needs a yes to "
        "statistics too."
    ),
}
CHOICE_LOSES: Mapping[ChoicePurpose, LazyString] = {
    ChoicePurpose.CONVENIENCE: lazy_gettext(
        "With no: each visit begins in the language and the look of your device, and what you typed is gone when you "
        "leave the form."
    ),
    ChoicePurpose.STATISTICS: lazy_gettext("With no: your visit is not counted. You lose nothing."),
    ChoicePurpose.ADDRESS: lazy_gettext("With no: your visit is kept without its network. You lose nothing."),
}
CHOICE_SEEN_BY: Mapping[ChoicePurpose, LazyString] = {
    ChoicePurpose.CONVENIENCE: lazy_gettext(
        "Seen by: this site only, when your browser sends it. What you typed stays on this device until you send the form."
    ),
    ChoicePurpose.STATISTICS: lazy_gettext("Seen by: the Operator only, as counts."),
    ChoicePurpose.ADDRESS: lazy_gettext("Seen by: the Operator only, as counts."),
}
CHOICE_CHANGES: Mapping[Change, LazyString] = {
    Change.DRAFT: lazy_gettext(
        "Convenience: what you typed in a form that is not sent yet can now be kept on this device."
    ),
    Change.COUNTED: lazy_gettext("Statistics: the visits of those who agree are now counted."),
    Change.NETWORK: lazy_gettext("Anonymised address: it is now kept with the counted visits of those who agree."),
}
CHOICE_METHODS: Mapping[ChoiceMethod, LazyString] = {
    ChoiceMethod.BANNER: lazy_gettext("in the banner"),
    ChoiceMethod.PAGE: lazy_gettext("on this page"),
    ChoiceMethod.SIGNAL: lazy_gettext("while your browser asked us not to"),
    ChoiceMethod.EXPIRY: lazy_gettext("the term of the answer ended"),
}
