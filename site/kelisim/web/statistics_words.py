"""The words of the desk's statistics."""

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.choice_counts import Decision
from kelisim.domain.choices import ChoiceMethod
from kelisim.domain.small_counts import FEW, Told
from kelisim.domain.visits import DIRECT, NO, YES, Device, Kind

_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
OTHER = "other values"

KINDS: Mapping[Kind, LazyString] = {
    Kind.SOURCE: lazy_gettext("Where visits came from"),
    Kind.LANGUAGE: lazy_gettext("Language"),
    Kind.DEVICE: lazy_gettext("Device"),
    Kind.CAME_BACK: lazy_gettext("First visit or another one"),
    Kind.PAGE: lazy_gettext("Pages opened"),
    Kind.NETWORK: lazy_gettext("Networks, of those who agreed to it"),
}
_VALUES: Mapping[Kind, Mapping[str, LazyString]] = {
    Kind.SOURCE: {DIRECT: lazy_gettext("Directly, or not said")},
    Kind.DEVICE: {
        Device.PHONE: lazy_gettext("Phone"),
        Device.TABLET: lazy_gettext("Tablet"),
        Device.COMPUTER: lazy_gettext("Computer"),
        Device.OTHER: lazy_gettext("Another device"),
    },
    Kind.CAME_BACK: {NO: lazy_gettext("First visit"), YES: lazy_gettext("Came back")},
    Kind.PAGE: {
        "form": lazy_gettext("The form"),
        "consent": lazy_gettext("Consent"),
        "policy": lazy_gettext("Policy"),
        "cookies": lazy_gettext("Cookies"),
        "rights": lazy_gettext("Your rights"),
        "check": lazy_gettext("Check of a receipt"),
        "my": lazy_gettext("My data"),
    },
}
DECISIONS: Mapping[Decision, LazyString] = {
    Decision.YES: lazy_gettext("Yes"),
    Decision.NO: lazy_gettext("No"),
    Decision.NOT_ASKED: lazy_gettext("Not asked"),
}
METHODS: Mapping[ChoiceMethod, LazyString] = {
    ChoiceMethod.BANNER: lazy_gettext("In the banner"),
    ChoiceMethod.PAGE: lazy_gettext("On the page about cookies"),
    ChoiceMethod.SIGNAL: lazy_gettext("In spite of the browser’s signal"),
    ChoiceMethod.EXPIRY: lazy_gettext("The term of the answer ended"),
}


def value_words(kind: Kind, value: str) -> str:
    """A value that was counted, in words; a host or a network is its own name."""
    if value == OTHER:
        return gettext("Others")
    if kind is Kind.LANGUAGE:
        return _NAMES.get(value, value)
    return str(_VALUES.get(kind, {}).get(value, value))


def number_words(count: Told) -> str:
    """A count as it is told: 12, <5, or 58–61."""
    if count.exact is not None:
        return str(count.exact)
    return f"<{FEW}" if count.is_small else f"{count.least}–{count.most}"
