"""The frame around each page, and rendering."""

from collections.abc import Callable, Hashable, Mapping
from urllib.parse import quote

from flask import render_template, request

from kelisim.domain.choices import Change, ChoicePurpose, to_ask
from kelisim.domain.deadlines import local_day
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.operators import MAY, Area, Stage
from kelisim.services.request_reading import counts
from kelisim.settings import Settings
from kelisim.storage.db import DATABASE_AWAY, db
from kelisim.web.choice_cookie import browser_signals, just_answered, read_choice
from kelisim.web.choice_pages import BannerPage, Said
from kelisim.web.choice_words import CHOICE_CHANGES
from kelisim.web.convenience import appearance, convenience_allowed
from kelisim.web.desk_notices import desk_notices
from kelisim.web.desk_session import signed_in
from kelisim.web.entering import on_the_way
from kelisim.web.forms import issue_token
from kelisim.web.house import house
from kelisim.web.languages import IN_PATH, LANGUAGE_NAMES, select_language
from kelisim.web.pages import FramePage, LanguageLink, SitePage, Urgency
from kelisim.web.words import operator_address, operator_name

SAID = "said"


def render(template: str, *, banner: bool = False, **values: object) -> str:
    """A template with its page values inside the frame; ``banner``: this page asks about cookies."""
    return render_template(template, frame=frame(banner, _path()), **values)


def render_error(template: str, **values: object) -> str:
    """A page whose address does not lead to it again, and may hold what somebody only tried."""
    return render_template(template, frame=frame(banner=False, path="/"), **values)


def render_kept(template: str, key: Hashable, values: Callable[[], Mapping[str, object]]) -> str:
    """A page with the banner that depends on nothing but ``key``, the documents and its frame: rendered once, then kept."""
    texts = (local_day(house().now), house().revisions.stand)
    frame_key = (
        request.root_path,
        request.path,
        language(),
        appearance(),
        convenience_allowed(),
        said(),
        _banner_asks(),
        on_the_way(request.environ),
        _changed(),
    )
    return house().kept_pages.page((template, key, texts, frame_key), lambda: render(template, banner=True, **values()))


def frame(banner: bool, path: str) -> FramePage:
    """The frame for this request."""
    person = signed_in()
    return FramePage(
        site=site_page(house().settings),
        language=language(),
        languages=_languages(path),
        path=path,
        appearance=appearance(),
        banner=_banner() if banner else None,
        operator=person.operator.name if person is not None else None,
        requests=_urgency(),
        convenience=convenience_allowed(),
        asks=_banner_asks(),
        notices=desk_notices() if signed_in(Stage.FULL) is not None else (),
        may=_may(),
    )


def _may() -> frozenset[str]:
    found = signed_in(Stage.FULL)
    return frozenset(area.value for area in MAY[found.operator.role]) if found is not None else frozenset()


def language() -> str:
    """The language this page is shown in."""
    return select_language()


def _urgency() -> Urgency | None:
    """What waits at the desk; None for who is not fully signed in or opens no requests, and where the database cannot say."""
    found = signed_in(Stage.FULL)
    if found is None or not found.operator.may(Area.RECORDS):
        return None
    try:
        waiting = counts(db.session(), today=local_day(house().now))
    except DATABASE_AWAY:
        return None
    return Urgency(due=waiting.due, overdue=waiting.overdue)


def _languages(path: str) -> tuple[LanguageLink, ...]:
    """A page in each language."""
    return tuple(
        LanguageLink(code=code, name=LANGUAGE_NAMES[code], url=f"/{code}{path}", current=code == language())
        for code in LANGUAGES
    )


def _path() -> str:
    return quote(request.path, safe=IN_PATH)


def site_page(settings: Settings) -> SitePage:
    """The Operator's facts as each page shows them."""
    return SitePage(
        name=settings.site_name,
        address=settings.address,
        trial=settings.trial,
        operator_name=operator_name(settings),
        operator_bin=settings.operator_bin,
        operator_address=operator_address(settings),
        operator_email=settings.email,
    )


def said() -> Said | None:
    """What was just answered, told from the choice that came back: a browser that blocks cookies brings none."""
    if request.args.get(SAID) != "1" and not just_answered():
        return None
    choice = read_choice()
    if choice is None:
        return "blocked"
    answers = choice.stands(house().now)
    if len(answers) == len(ChoicePurpose) and len(set(answers.values())) == 1:
        return "accepted" if all(answers.values()) else "rejected"
    return "chosen"


def _banner_asks() -> bool:
    """A browser that asks us not to has answered: the question is not put to it."""
    return not browser_signals() and bool(to_ask(read_choice(), house().now))


def _changed() -> tuple[Change, ...]:
    kept = read_choice()
    changed = kept.changed(house().now) if kept is not None else {}
    return tuple(change for changes in changed.values() for change in changes)


def _banner() -> BannerPage | None:
    confirmation = said()
    if confirmation is None and (on_the_way(request.environ) or not _banner_asks()):
        return None
    return BannerPage(
        token=issue_token("choice"),
        next=request.root_path + _path(),
        said=confirmation,
        changes=tuple(str(CHOICE_CHANGES[change]) for change in _changed()),
    )
