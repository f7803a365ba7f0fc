"""The cookie table: every cookie the site can set, and the only code that sets one.

The table on /cookies is made from it, so that the page cannot say less than the code does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from flask import g, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from kelisim.domain.choices import Choice, ChoiceMethod, ChoicePurpose
from kelisim.domain.languages import LANGUAGES
from kelisim.settings import Settings
from kelisim.web.house import house
from kelisim.web.pages import CookieRow

Appearance = Literal["auto", "light", "dark"]
APPEARANCES: tuple[Appearance, ...] = ("auto", "light", "dark")
_RECEIPT_ID = re.compile(r"[0-9a-f]{32}")
_OTHER_SHAPE = (AttributeError, KeyError, OSError, OverflowError, TypeError, ValueError)


@dataclass(frozen=True)
class Cookie:
    """One cookie. ``needs`` None: necessary. ``days`` names the setting of its lifetime; None: until sign-out."""

    name: str
    purpose: LazyString
    needs: ChoicePurpose | None
    days: str | None
    same_site: Literal["Lax", "Strict"]


CHOICE = Cookie(
    "__Host-choice",
    lazy_gettext("Keeps your answer about cookies and the number of its record."),
    None,
    "choice_days",
    "Lax",
)
APPEARANCE = Cookie(
    "__Host-appearance",
    lazy_gettext("Convenience: keeps whether you want the site light or dark."),
    ChoicePurpose.CONVENIENCE,
    "choice_days",
    "Lax",
)
LANGUAGE = Cookie(
    "__Host-language",
    lazy_gettext("Convenience: keeps the language you chose."),
    ChoicePurpose.CONVENIENCE,
    "choice_days",
    "Lax",
)
DESK = Cookie(
    "__Host-desk",
    lazy_gettext("Only for the Operator’s people, after they sign in: keeps them signed in."),
    None,
    None,
    "Strict",
)
COOKIES = (CHOICE, APPEARANCE, LANGUAGE, DESK)


def set_cookie(response: Response, cookie: Cookie, value: str) -> None:
    """Set a cookie of the table: for this host only, over HTTPS only, out of reach of scripts."""
    days = _days(cookie, house().settings)
    response.set_cookie(
        cookie.name,
        value,
        max_age=None if days is None else days * 86_400,
        path="/",
        secure=True,
        httponly=True,
        samesite=cookie.same_site,
    )


def delete_cookie(response: Response, cookie: Cookie) -> None:
    """Delete a cookie of the table."""
    response.delete_cookie(cookie.name, path="/", secure=True, httponly=True, samesite=cookie.same_site)


def sets_cookies(response: Response) -> bool:
    """True for an answer that is one browser's alone."""
    return "Set-Cookie" in response.headers


def delete_refused(response: Response, answers: Mapping[ChoicePurpose, bool]) -> None:
    """Delete, in this response, each cookie whose purpose is not agreed to."""
    for cookie in COOKIES:
        if cookie.needs is not None and not answers.get(cookie.needs, False) and cookie.name in request.cookies:
            delete_cookie(response, cookie)


def cookie_rows(settings: Settings) -> tuple[CookieRow, ...]:
    """The table as a page shows it."""
    return tuple(
        CookieRow(
            name=cookie.name,
            purpose=str(cookie.purpose),
            set_by=settings.site_name,
            lifetime=_lifetime(cookie, settings),
        )
        for cookie in COOKIES
    )


def write_choice(response: Response, choice: Choice) -> None:
    """Keep a choice in the browser, signed: a forged one is not read."""
    value = {
        "r": choice.receipt_id,
        "a": {purpose.value: answer for purpose, answer in choice.answers.items()},
        "v": {purpose.value: version for purpose, version in choice.versions.items()},
        "m": choice.method.value,
        "l": choice.language,
        "d": int(choice.decided_at.timestamp()),
        "e": int(choice.expires_at.timestamp()),
    }
    set_cookie(response, CHOICE, str(_choice_signer().dumps(value)))


def read_choice() -> Choice | None:
    """The choice this browser carries, or None where there is none or it was not written here."""
    if "choice" not in g:
        text = request.cookies.get(CHOICE.name)
        g.choice = None if text is None else _choice_from(text)
    found: Choice | None = g.choice
    return found


def _choice_from(text: str) -> Choice | None:
    try:
        return _choice_of(_choice_signer().loads(text))
    except (BadData, *_OTHER_SHAPE):
        return None


def _choice_of(value: Any) -> Choice:
    """The choice in a cookie's value. Raises one of _OTHER_SHAPE where another version of the site wrote it."""
    known = {purpose.value: purpose for purpose in ChoicePurpose}
    return Choice(
        receipt_id=_RECEIPT_ID.fullmatch(value["r"])[0],  # type: ignore[index]  # no match is one of _OTHER_SHAPE
        answers={known[name]: answer is True for name, answer in value["a"].items() if name in known},
        versions={known[name]: int(number) for name, number in value["v"].items() if name in known},
        method=ChoiceMethod(value["m"]),
        language=str(value["l"]),
        decided_at=datetime.fromtimestamp(value["d"], UTC),
        expires_at=datetime.fromtimestamp(value["e"], UTC),
    )


def standing_answers() -> Mapping[ChoicePurpose, bool]:
    """What this browser has answered and still holds; empty where nothing was asked."""
    choice = read_choice()
    return {} if choice is None else choice.stands(house().now)


def appearance() -> Appearance:
    """How this browser wants the site to look; ``auto`` without a yes to convenience."""
    wanted = request.cookies.get(APPEARANCE.name, "auto")
    if wanted == "auto" or not standing_answers().get(ChoicePurpose.CONVENIENCE, False):
        return "auto"
    return next((known for known in APPEARANCES if known == wanted), "auto")


def remembered_language() -> str | None:
    """The language this browser chose before, with a yes to convenience."""
    wanted = request.cookies.get(LANGUAGE.name)
    return wanted if wanted in LANGUAGES and _convenience() else None


def remember_language(response: Response, chosen: str | None) -> None:
    """Keep a language that was chosen by its address, with a yes to convenience."""
    if chosen is not None and request.cookies.get(LANGUAGE.name) != chosen and _convenience():
        set_cookie(response, LANGUAGE, chosen)


def _convenience() -> bool:
    return standing_answers().get(ChoicePurpose.CONVENIENCE, False)


def _choice_signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        house().keys.site.choice_cookie, salt="kelisim/choice-cookie", signer_kwargs={"digest_method": sha256}
    )


def _days(cookie: Cookie, settings: Settings) -> int | None:
    return None if cookie.days is None else int(getattr(settings, cookie.days))


def _lifetime(cookie: Cookie, settings: Settings) -> str:
    days = _days(cookie, settings)
    if days is None:
        return gettext("Until sign-out, %(hours)s hours at most", hours=settings.session_hours)
    return gettext("%(days)s days", days=days)
