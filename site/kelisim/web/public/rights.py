"""The rights: each one, how to use it, by when, on what grounds it may be refused, and the Law."""

from flask import Blueprint

from kelisim.domain.deadlines import Trigger
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.rights import RIGHTS, RequestKind
from kelisim.web.frame import render_kept
from kelisim.web.house import house
from kelisim.web.my_pages import RightRow, RightsPage
from kelisim.web.request_words import OBJECTIONS, RIGHT_WORDS, article, law_address, with_article, working_days

blueprint = Blueprint("rights", __name__)


@blueprint.get("/rights")
def page() -> str:
    """Every right."""
    return render_kept("public/rights.html", "rights", lambda: {"rights": _page()})


def _page() -> RightsPage:
    terms = house().settings.terms
    return RightsPage(
        law_url=law_address(),
        rows=tuple(_row(kind, working_days(terms[RIGHTS[kind].clock])) for kind in RequestKind),
        transfer_term=working_days(terms[Trigger.TRANSFER]),
        breach_term=working_days(terms[Trigger.BREACH]),
    )


def _row(kind: RequestKind, term: str) -> RightRow:
    words, right = RIGHT_WORDS[kind], RIGHTS[kind]
    return RightRow(
        code=kind.value.replace("_", "-"),
        title=str(words.title),
        gives=str(words.gives),
        happens=str(words.happens),
        term=term,
        grounds=tuple(with_article(ground) for ground in RefusalGround if ground in right.refusals),
        article=article(right.article),
        about=tuple(str(words) for words in OBJECTIONS.values()) if kind is RequestKind.OBJECTION else (),
    )
