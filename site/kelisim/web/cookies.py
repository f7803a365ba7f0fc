"""The cookie table: every cookie the site can set, and the only code that sets one.

The table on /cookies is made from it, so that the page cannot say less than the code does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response

from kelisim.domain.choices import ChoicePurpose
from kelisim.settings import Settings
from kelisim.web.choice_pages import CookieRow
from kelisim.web.house import house

Appearance = Literal["auto", "light", "dark"]
APPEARANCES: tuple[Appearance, ...] = ("auto", "light", "dark")


@dataclass(frozen=True)
class Cookie:
    """One cookie. ``needs`` None: necessary. ``days`` names the setting of its lifetime; None: until sign-out."""

    name: str
    purpose: LazyString
    needs: ChoicePurpose | None
    days: str | None
    same_site: Literal["Lax", "Strict"]


@dataclass(frozen=True)
class StorageKey:
    """What a script keeps in the browser's storage (localStorage), out of the server's sight. Fields as of a cookie."""

    name: str
    purpose: LazyString
    needs: ChoicePurpose
    days: str


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
VISIT = Cookie(
    "__Host-visit",
    lazy_gettext("Statistics: a random number, so that several pages count as one visit, and the day it was made."),
    ChoicePurpose.STATISTICS,
    "visit_cookie_days",
    "Lax",
)
DESK = Cookie(
    "__Host-desk",
    lazy_gettext("Only for the Operator’s people, after they sign in: keeps them signed in."),
    None,
    None,
    "Strict",
)
COOKIES = (CHOICE, APPEARANCE, LANGUAGE, VISIT, DESK)


DRAFT = StorageKey(
    "kelisim.draft",
    lazy_gettext(
        "Convenience: what you typed in a form that is not sent yet. No cookie: it lies in the storage of this browser "
        "and is not sent to us. Deleted when you send the form, clear it or say no."
    ),
    ChoicePurpose.CONVENIENCE,
    "draft_days",
)


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


def cookie_rows(settings: Settings, here: Collection[str]) -> tuple[CookieRow, ...]:
    """The table as a page shows it. ``here``: the names of those that are in this browser."""
    return tuple(
        CookieRow(
            name=entry.name,
            purpose=str(entry.purpose),
            set_by=settings.site_name,
            lifetime=_lifetime(entry, settings),
            here=entry.name in here,
        )
        for entry in (*COOKIES, DRAFT)
    )


def _days(cookie: Cookie | StorageKey, settings: Settings) -> int | None:
    return None if cookie.days is None else int(getattr(settings, cookie.days))


def _lifetime(cookie: Cookie | StorageKey, settings: Settings) -> str:
    days = _days(cookie, settings)
    if days is None:
        return gettext("Until sign-out, %(hours)s hours at most", hours=settings.session_hours)
    return gettext("%(days)s days", days=days)
