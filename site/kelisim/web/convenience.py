"""What a yes to convenience keeps in the browser: the look of the site, the language, an unfinished form."""

from flask import request
from werkzeug.wrappers import Response

from kelisim.domain.choices import ChoicePurpose
from kelisim.domain.languages import LANGUAGES
from kelisim.web.choice_cookie import allowed
from kelisim.web.cookies import APPEARANCE, APPEARANCES, LANGUAGE, Appearance, delete_cookie, set_cookie


def convenience_allowed() -> bool:
    """True where the site may remember things in this browser."""
    return allowed(ChoicePurpose.CONVENIENCE)


def appearance() -> Appearance:
    """How this browser wants the site to look; ``auto`` without a yes to convenience."""
    wanted = request.cookies.get(APPEARANCE.name, "auto")
    if wanted == "auto" or not convenience_allowed():
        return "auto"
    return next((known for known in APPEARANCES if known == wanted), "auto")


def remember_appearance(response: Response, wanted: str) -> None:
    """Keep how the site should look, with a yes to convenience. As on the device: nothing needs to be kept."""
    if wanted == "auto":
        delete_cookie(response, APPEARANCE)
    elif convenience_allowed():
        set_cookie(response, APPEARANCE, wanted)


def remembered_language() -> str | None:
    """The language this browser chose before, with a yes to convenience."""
    wanted = request.cookies.get(LANGUAGE.name)
    return wanted if wanted in LANGUAGES and convenience_allowed() else None


def remember_language(response: Response, chosen: str | None) -> None:
    """Keep a language that was chosen by its address, with a yes to convenience."""
    if chosen is not None and request.cookies.get(LANGUAGE.name) != chosen and convenience_allowed():
        set_cookie(response, LANGUAGE, chosen)
