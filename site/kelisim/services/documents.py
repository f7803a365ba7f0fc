"""Publishing and approving documents, and what the database knows of them beside the shipped files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kelisim.domain.acts import Act, ConsentState
from kelisim.domain.differences import Piece, difference
from kelisim.domain.documents import Document, Kind, Library
from kelisim.domain.journal import SITE
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.publishing import Place, PublishProblem, check
from kelisim.services import journal
from kelisim.storage.db import add_rows, take_turn, writing
from kelisim.storage.library import read_file
from kelisim.storage.prepared import ask_anew, fetch_once
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.documents import DocumentApproval, PublishedDocument, ShownText
from kelisim.storage.tables.submissions import SubmissionRow

# The place in the database whose holder may publish and approve.
_LIBRARY = 0x4B454C4C
_LONGEST_NAME = 64

_KEPT = select(ShownText.sha256).where(ShownText.sha256 == bindparam("sha256"))
_STAND: Select[int, int] = select(
    select(func.count()).select_from(PublishedDocument).scalar_subquery(),
    select(func.count()).select_from(DocumentApproval).scalar_subquery(),
)
PUBLISHED, _APPROVED = "published_documents", "document_approvals"
# How many texts are published and how many approved. Both only grow, so that equal numbers are equal contents.
Stand = tuple[int, int]


@dataclass(frozen=True)
class Known:
    """All documents at a moment: the library, and the hashes of the approved texts with who approved them."""

    stand: Stand
    library: Library
    approved: Mapping[str, str]


@dataclass(frozen=True)
class Planned:
    """A text to be published. ``follows``: what it takes the place of, None for the first of its kind."""

    document: Document
    follows: Document | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Plan:
    """What publishing would do. ``standing``: how many consents stand on each revision that would be followed."""

    texts: tuple[Planned, ...]
    standing: Mapping[Place, int]


def read_files(paths: Sequence[Path], facts: Mapping[str, Mapping[str, str]]) -> tuple[Document, ...]:
    """The documents in files, the Operator's ``facts`` (by language) filled in. Raises DocumentError naming the file."""
    return tuple(read_file(path, facts) for path in paths)


def stand(session: Session) -> Stand:
    """What tells whether ``known`` would say anything new: one cheap query."""
    return fetch_once(session, _STAND)[0]


def known(session: Session, shipped: Library) -> Known:
    """The shipped documents and the published ones. What was published stays, whatever is shipped later."""
    # Counted first: a text that comes in between is looked for again.
    counted = stand(session)
    return Known(counted, Library([*shipped, *published(session)]), approvals(session))


def published(session: Session) -> tuple[Document, ...]:
    """Every published text, in the order of publishing."""
    rows = session.scalars(select(PublishedDocument).order_by(PublishedDocument.published_at, PublishedDocument.sha256))
    # A kind that is none was written behind the site's back: it is no text of this site, and the check names it.
    return tuple(document_of(row) for row in rows if row.kind in set(Kind))


def approvals(session: Session) -> dict[str, str]:
    """The hash of every approved text, and who approved it."""
    return {row.sha256: row.approved_by for row in session.scalars(select(DocumentApproval))}


def plan(session: Session, documents: Sequence[Document], *, shipped: Library, today: date) -> Plan:
    """What publishing would do. Raises PublishProblem where it may not be done."""
    library = known(session, shipped).library
    check(documents, library, _shown_places(session), today)
    with_new = Library([*library, *documents])
    texts = tuple(_planned(document, with_new.before(document)) for document in documents)
    followed = {(text.follows.kind, text.follows.revision) for text in texts if text.follows is not None}
    return Plan(texts, {place: count for place, count in standing(session).items() if place in followed})


def publish(
    session: Session, documents: Sequence[Document], *, shipped: Library, today: date, key: bytes, now: datetime
) -> None:
    """Publish the revisions, with a journal entry for each text, or nothing. Raises PublishProblem."""
    with writing(session):
        take_turn(session, _LIBRARY)
        check(documents, known(session, shipped).library, _shown_places(session), today)
        add_rows(session, PublishedDocument, [_published_values(document, now) for document in documents])
        deeds = [_deed(PUBLISHED, document) for document in documents]
        journal.append(session, deeds, key=key, now=now)


def approve(
    session: Session, kind: Kind, revision: str, *, by: str, shipped: Library, key: bytes, now: datetime
) -> tuple[Document, ...]:
    """Approve a revision as it reads now, in every language, and keep its words. Raises PublishProblem.

    Gives the texts that were not approved before.
    """
    by = by.strip()
    if not by or len(by) > _LONGEST_NAME or not by.isprintable():
        raise PublishProblem(f"say who approves: a name of one line, up to {_LONGEST_NAME} signs.")
    with writing(session):
        take_turn(session, _LIBRARY)
        there = known(session, shipped)
        texts = [found for found in there.library if (found.kind, found.revision) == (kind, revision)]
        if not texts:
            raise PublishProblem(f"there is no {kind} {revision!r}; look at `flask documents list`.")
        new = tuple(text for text in texts if text.sha256 not in there.approved)
        if not new:
            raise PublishProblem(f"{kind} {revision} is approved already, in every language.")
        keep_texts(session, new)
        rows = [{"sha256": text.sha256, "approved_at": now, "approved_by": by} for text in new]
        add_rows(session, DocumentApproval, rows)
        journal.append(session, [_deed(_APPROVED, text) for text in new], key=key, now=now)
    return new


def in_order(library: Library) -> tuple[Document, ...]:
    """Every text: by kind, the newest revision first, in the order of the site's languages."""
    kinds, languages = list(Kind), list(LANGUAGES)

    def place(document: Document) -> tuple[int, int, str, int]:
        return (
            kinds.index(document.kind),
            -document.in_force.toordinal(),
            document.revision,
            languages.index(document.language) if document.language in languages else len(languages),
        )

    return tuple(sorted(library, key=place))


def standing(session: Session) -> dict[Place, int]:
    """How many consents stand on each revision of the Consent and of the policy."""
    counts: dict[Place, int] = {}
    columns: tuple[tuple[Kind, InstrumentedAttribute[str]], ...] = (
        (Kind.CONSENT, ConsentRow.revision),
        (Kind.POLICY, ConsentRow.policy_revision),
    )
    for kind, column in columns:
        found = session.execute(
            select(column, func.count())
            .join(SubmissionRow, SubmissionRow.id == ConsentRow.submission_id)
            .where(SubmissionRow.consent_state == ConsentState.GIVEN.value)
            .group_by(column)
        )
        counts.update({(kind, revision): count for revision, count in found})
    return counts


def shown_text(session: Session, sha256: str) -> str | None:
    """The plain text that a person was shown, by its hash, or None."""
    return session.scalar(select(ShownText.plain).where(ShownText.sha256 == sha256))


def keep_texts(session: Session, shown: Sequence[Document]) -> None:
    """Keep each text word for word, once, inside a transaction."""
    rows = [_shown_values(text) for text in shown if not fetch_once(session, _KEPT, sha256=text.sha256)]
    if rows:
        add_rows(session, ShownText, rows)
        ask_anew(session)


def document_of(row: PublishedDocument) -> Document:
    """The document of its row."""
    return Document(
        kind=Kind(row.kind),
        revision=row.revision,
        in_force=row.in_force,
        language=row.language,
        title=row.title,
        text=row.text,
        summary=tuple(row.summary or ()),
    )


def _planned(document: Document, follows: Document | None) -> Planned:
    return Planned(document, follows, difference(follows.words if follows is not None else "", document.words))


def _shown_places(session: Session) -> set[Place]:
    rows = session.execute(select(ShownText.kind, ShownText.revision).distinct())
    return {(Kind(kind), revision) for kind, revision in rows}


def _deed(register: str, document: Document) -> journal.Deed:
    """Entering a text into a register is accumulation, and about no record."""
    details = {
        "register": register,
        "kind": document.kind.value,
        "revision": document.revision,
        "language": document.language,
        "sha256": document.sha256,
    }
    return journal.Deed(Act.ACCUMULATION, SITE, "site", details)


def _published_values(document: Document, now: datetime) -> dict[str, object]:
    return {
        "sha256": document.sha256,
        "kind": document.kind.value,
        "revision": document.revision,
        "language": document.language,
        "in_force": document.in_force,
        "title": document.title,
        "text": document.text,
        "summary": list(document.summary),
        "published_at": now,
    }


def _shown_values(document: Document) -> dict[str, object]:
    return {
        "sha256": document.sha256,
        "kind": document.kind.value,
        "revision": document.revision,
        "in_force": document.in_force,
        "language": document.language,
        "plain": document.plain,
    }
