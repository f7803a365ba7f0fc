"""The choice a browser carries, and what it allows. Whoever serves an optional purpose asks here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import g, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from kelisim.domain.choices import Answer, ChoicePurpose, Kept
from kelisim.web.cookies import CHOICE, COOKIES, delete_cookie, set_cookie
from kelisim.web.house import house
from kelisim.web.signals import signalled

_LONGEST = 4096
_RECEIPT_ID = re.compile(r"[0-9a-f]{32}")
_OTHER_SHAPE = (AttributeError, KeyError, OSError, OverflowError, TypeError, ValueError)


def statistics_allowed() -> bool:
    """True where this browser's visit may be counted: a yes that holds, and no signal or a yes given in spite of it."""
    return allowed(ChoicePurpose.STATISTICS)


def address_allowed() -> bool:
    """True where the network of a counted visit may be kept with it. Without a visit there is nothing to keep it with."""
    return statistics_allowed() and allowed(ChoicePurpose.ADDRESS)


def allowed(purpose: ChoicePurpose) -> bool:
    """True where this browser's person agrees to a purpose, the browser's own signal heard."""
    kept = read_choice()
    return kept is not None and kept.allows(purpose, house().now, signalled=browser_signals())


def browser_signals() -> bool:
    """True where this browser asks us not to (Sec-GPC, DNT)."""
    return signalled(request.environ)


def standing_answers() -> Mapping[ChoicePurpose, bool]:
    """What this browser has answered and still holds, whatever it signals; empty where nothing was asked."""
    kept = read_choice()
    return {} if kept is None else kept.stands(house().now)


def drop_unwanted(response: Response) -> None:
    """Delete, in this response, each cookie that came and whose purpose is not agreed to."""
    for cookie in COOKIES:
        if cookie.needs is not None and cookie.name in request.cookies and not allowed(cookie.needs):
            delete_cookie(response, cookie)


def just_answered() -> bool:
    """True where this very request answered the question, and its page is the answer."""
    return bool(g.get("just_answered", False))


def hold_choice(kept: Kept) -> None:
    """From now on, in this request, the browser's choice is this one."""
    g.choice, g.just_answered = kept, True


def write_choice(response: Response, kept: Kept) -> None:
    """Keep a choice in the browser, signed: a forged one is not read."""
    value = {
        "r": kept.receipt_id,
        "a": {
            purpose.value: [
                answer.yes,
                answer.version,
                answer.under_signal,
                int(answer.decided_at.timestamp()),
                int(answer.expires_at.timestamp()),
            ]
            for purpose, answer in kept.answers.items()
        },
    }
    set_cookie(response, CHOICE, str(_choice_signer().dumps(value)))


def forget_choice(response: Response) -> None:
    """Take the choice away from this browser; for the rest of this request too nothing was asked."""
    g.choice = None
    delete_cookie(response, CHOICE)


def read_choice() -> Kept | None:
    """The choice this browser carries, or None where there is none or it was not written here."""
    if "choice" not in g:
        text = request.cookies.get(CHOICE.name)
        g.choice = None if text is None or len(text) > _LONGEST else _choice_from(text)
    found: Kept | None = g.choice
    return found


def _choice_from(text: str) -> Kept | None:
    try:
        return _choice_of(_choice_signer().loads(text))
    except (BadData, *_OTHER_SHAPE):
        return None


def _choice_of(value: Any) -> Kept:
    """The choice in a cookie's value. Raises one of _OTHER_SHAPE where another version of the site wrote it."""
    known = {purpose.value: purpose for purpose in ChoicePurpose}
    return Kept(
        receipt_id=_RECEIPT_ID.fullmatch(value["r"])[0],  # type: ignore[index]  # no match is one of _OTHER_SHAPE
        answers={known[name]: _answer_of(*answer) for name, answer in value["a"].items() if name in known},
    )


def _answer_of(yes: Any, version: Any, under_signal: Any, decided: Any, expires: Any) -> Answer:
    return Answer(
        yes=yes is True,
        version=int(version),
        under_signal=under_signal is True,
        decided_at=datetime.fromtimestamp(decided, UTC),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _choice_signer() -> URLSafeSerializer:
    return URLSafeSerializer(
        house().keys.site.choice_cookie, salt="kelisim/choice-cookie", signer_kwargs={"digest_method": sha256}
    )
