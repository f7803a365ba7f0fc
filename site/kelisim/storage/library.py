"""The documents as they lie in files: one Markdown file per revision and language."""

from collections.abc import Mapping
from pathlib import Path

from kelisim.domain.documents import Document, DocumentError, Library, read_document


def read_library(folder: Path, facts: Mapping[str, Mapping[str, str]]) -> Library:
    """All documents under ``folder`` (``<kind>/<revision>.<language>.md``), the Operator's facts filled in.

    ``facts`` are by language, each fact by its name.

    Raises DocumentError, naming the file, where one is wrong or two claim the same place.
    """
    documents = {}
    for path in sorted(folder.glob("*/*.md")):
        document = read_file(path, facts)
        place = (document.kind, document.revision, document.language)
        if place in documents:
            raise DocumentError(f"{path} repeats the {document.kind} {document.revision} ({document.language}).")
        documents[place] = document
    return Library(documents.values())


def read_file(path: Path, facts: Mapping[str, Mapping[str, str]]) -> Document:
    """One document. Raises DocumentError naming the file."""
    return read_document(_source(path), facts, str(path))


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except (OSError, UnicodeDecodeError) as problem:
        raise DocumentError(f"{path} cannot be read as UTF-8: {problem}.") from None
