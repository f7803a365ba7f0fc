"""A phone number: any common way of writing, any country, Kazakhstan when no country is given."""

import re
import unicodedata

import phonenumbers

_HOME = "KZ"
_WRITTEN_WITH = set("+()-./ \u00a0\u2009\u202f‐‑–—\uff0b\uff08\uff09\uff0d\u3000")
_FORMATTED = phonenumbers.PhoneNumberFormat
# A number that would do inside a town is short too: nobody can call it from elsewhere.
_SHORT = {phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY}


class PhoneProblem(ValueError):
    """Why a text is not a phone number. ``code``: empty, long, hidden, signs, short, number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse_phone(text: str, longest: int) -> str:
    """The number in E.164, such as ``+77011234567`` for ``8 (701) 123-45-67``.

    Raises PhoneProblem: ``empty``; ``long`` (over ``longest`` signs as typed); ``hidden`` (control signs or direction
    marks, which come along when a number is copied); ``signs`` (letters or signs no number is written with);
    ``short`` (digits are missing); ``number`` (no country numbers its phones so).
    """
    typed = text.strip()
    if not typed:
        raise PhoneProblem("empty")
    if len(typed) > longest:
        raise PhoneProblem("long")
    if any(unicodedata.category(sign)[0] == "C" or sign == "\ufffd" for sign in typed):
        raise PhoneProblem("hidden")
    if not all(unicodedata.category(sign) == "Nd" or sign in _WRITTEN_WITH for sign in typed):
        raise PhoneProblem("signs")
    # The phone library does not know every space that typesetters and keyboards write.
    return _valid(_with_plus(re.sub(r"\s", " ", typed)))


def masked_phone(phone: str) -> str:
    """An E.164 number with only its country code and last two digits shown: ``+7 ••• •• 67``."""
    return f"+{phonenumbers.parse(phone).country_code} ••• •• {phone[-2:]}"


def spaced_phone(phone: str) -> str:
    """An E.164 number as people read it: ``+7 701 123 4567``."""
    return phonenumbers.format_number(phonenumbers.parse(phone), _FORMATTED.INTERNATIONAL)


def _with_plus(typed: str) -> str:
    """``00`` is how most of the world dials out; the phone library knows it only for the countries that use it."""
    return re.sub(r"^00(?=[ 1-9])", "+", typed)


def _valid(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, _HOME)
    except phonenumbers.NumberParseException as problem:
        too_short = problem.error_type in {
            phonenumbers.NumberParseException.TOO_SHORT_NSN,
            phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
            phonenumbers.NumberParseException.NOT_A_NUMBER,
        }
        raise PhoneProblem("short" if too_short else "number") from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneProblem("short" if phonenumbers.is_possible_number_with_reason(number) in _SHORT else "number")
    return phonenumbers.format_number(number, _FORMATTED.E164)
