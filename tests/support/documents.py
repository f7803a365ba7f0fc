"""Files of a revision as a lawyer would hand them in."""

from datetime import date
from pathlib import Path

from kelisim.domain.documents import Document, Kind
from kelisim.domain.languages import LANGUAGES

HEAD = '+++\nkind = "{kind}"\nrevision = "{revision}"\nin_force = {day}\nlanguage = "{language}"\ntitle = "{title}"\n+++\n\n'
WORDS = "You give your data to $operator_name.\n\nThey are kept for $retention_term.\n\n- A name.\n- A phone.\n"


def write_revision(
    folder: Path, revision: str, day: date, *, kind: str = "consent", title: str = "Our Consent", words: str = WORDS
) -> list[str]:
    """One file for each language; their paths."""
    paths = []
    for language in LANGUAGES:
        path = folder / f"{kind}-{revision}-{language}.md"
        head = HEAD.format(kind=kind, revision=revision, day=day, language=language, title=f"{title} ({language})")
        path.write_text(head + words, encoding="utf-8")
        paths.append(str(path))
    return paths


def revision_of(
    revision: str, day: date, *, kind: Kind = Kind.CONSENT, words: str = "Other words.\n"
) -> list[Document]:
    """A revision in every language."""
    return [Document(kind, revision, day, language, f"Title {language}", words) for language in LANGUAGES]
