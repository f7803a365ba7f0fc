"""The countries of ISO 3166-1 by name, in the reader's language."""

from functools import cache

from babel import Locale

# Two letters in Babel's list that are no country of ISO 3166-1: regions, exceptional and private codes.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Each code with its name, Kazakhstan first, then by name."""
    named = [
        (code, name)
        for code, name in Locale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    ]
    return tuple(sorted(named, key=lambda pair: (pair[0] != "KZ", pair[1].casefold())))


def country(code: str, language: str) -> str:
    """The name of a country, or the code where it has none."""
    return dict(countries(language)).get(code, code)
