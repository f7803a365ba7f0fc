"""Are the documents still what was published, approved and shown? Each text is hashed again, each hash looked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from kelisim.domain.acts import Act
from kelisim.domain.documents import Kind, Library
from kelisim.domain.journal import SITE
from kelisim.services.documents import PUBLISHED, approvals, document_of, known
from kelisim.storage.tables.consents import ConsentRow
from kelisim.storage.tables.documents import PublishedDocument, ShownText
from kelisim.storage.tables.journal import JournalRow
from kelisim.storage.tables.submissions import ReceiptRow


class Flaw(StrEnum):
    """What is wrong with a document."""

    PUBLISHED_CHANGED = "published_changed"
    PUBLISHED_GONE = "published_gone"
    NOT_JOURNALLED = "not_journalled"
    SHOWN_CHANGED = "shown_changed"
    TEXT_MISSING = "text_missing"
    APPROVED_MISSING = "approved_missing"


@dataclass(frozen=True)
class Damage:
    """One damage. ``name``: the text as ``consent 2023-07-20 (en)``, the reference of a consent, or a hash."""

    flaw: Flaw
    name: str


@dataclass(frozen=True)
class Verification:
    """What was found. ``reworded``: shipped texts that read otherwise than persons were shown them, since a setting
    was changed: no damage, those persons keep their words.
    """

    damages: tuple[Damage, ...]
    reworded: tuple[str, ...]
    published: int
    shown: int


def verify(session: Session, shipped: Library) -> Verification:
    """Look at every published, shown and approved text and at every consent's hashes."""
    published = tuple(session.scalars(select(PublishedDocument).order_by(PublishedDocument.published_at)))
    shown = tuple(session.scalars(select(ShownText).order_by(ShownText.in_force, ShownText.sha256)))
    damages = (
        *_of_published(session, published),
        *_of_shown(shown),
        *_of_consents(session),
        *_of_approvals(session, {row.sha256 for row in published} | {row.sha256 for row in shown}),
    )
    return Verification(damages, tuple(_reworded(session, shipped, shown)), len(published), len(shown))


def _of_published(session: Session, rows: tuple[PublishedDocument, ...]) -> Iterator[Damage]:
    journalled = _journalled(session)
    for row in rows:
        if row.kind not in set(Kind) or document_of(row).sha256 != row.sha256:
            yield Damage(Flaw.PUBLISHED_CHANGED, _name(row))
        elif row.sha256 not in journalled:
            yield Damage(Flaw.NOT_JOURNALLED, _name(row))
    there = {row.sha256 for row in rows}
    for sha256_of_text, name in journalled.items():
        if sha256_of_text not in there:
            yield Damage(Flaw.PUBLISHED_GONE, name)


def _journalled(session: Session) -> dict[str, str]:
    """The hash and the name of every text whose publishing is in the journal."""
    found = session.scalars(
        select(JournalRow.details)
        .where(JournalRow.subject == SITE, JournalRow.act == Act.ACCUMULATION.value)
        .order_by(JournalRow.number)
    )
    try:
        entries = [details for details in found if details.get("register") == PUBLISHED]
        return {it["sha256"]: f"{it['kind']} {it['revision']} ({it['language']})" for it in entries}
    except (AttributeError, KeyError, TypeError, ValueError):
        # An entry that was not written here: the journal's own check names it, and it vouches for nothing.
        return {}


def _of_shown(rows: tuple[ShownText, ...]) -> Iterator[Damage]:
    for row in rows:
        # The place stands in the text as well, so that a text cannot be passed off as another revision.
        place = f"\n\n{row.revision} · {row.language} · {row.in_force}\n\n"
        if sha256(row.plain.encode()).hexdigest() != row.sha256 or place not in row.plain:
            yield Damage(Flaw.SHOWN_CHANGED, _name(row))


def _of_consents(session: Session) -> Iterator[Damage]:
    text, policy = aliased(ShownText), aliased(ShownText)
    found = session.scalars(
        select(ReceiptRow.reference)
        .join(ConsentRow, ConsentRow.submission_id == ReceiptRow.submission_id)
        .outerjoin(text, (text.sha256 == ConsentRow.sha256) & (text.revision == ConsentRow.revision))
        .outerjoin(
            policy, (policy.sha256 == ConsentRow.policy_sha256) & (policy.revision == ConsentRow.policy_revision)
        )
        .where(or_(text.sha256.is_(None), policy.sha256.is_(None)))
        .order_by(ReceiptRow.reference)
    )
    for reference in found:
        yield Damage(Flaw.TEXT_MISSING, reference)


def _of_approvals(session: Session, there: set[str]) -> Iterator[Damage]:
    for approved in sorted(approvals(session).keys() - there):
        yield Damage(Flaw.APPROVED_MISSING, approved)


def _reworded(session: Session, shipped: Library, shown: tuple[ShownText, ...]) -> Iterator[str]:
    now = {
        (found.kind.value, found.revision, found.language): found.sha256 for found in known(session, shipped).library
    }
    words: dict[str, bool] = {}
    for row in shown:
        current = now.get((row.kind, row.revision, row.language))
        if current is not None and current != row.sha256:
            words[_name(row)] = True
    yield from words


def _name(row: PublishedDocument | ShownText) -> str:
    return f"{row.kind} {row.revision} ({row.language})"
