"""A document's Markdown as HTML: every heading and clause has an anchor, so that a letter can point at one sentence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise
from string import ascii_lowercase

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# "4. How long": a numbered clause. "1.1." and "(a)" begin a part of one.
_NUMBERED = re.compile(r"(\d+)\. ")
_PART = re.compile(r"\*\*(?:(\d+(?:\.\d+)+)\.|\(\w\))\*\*")


@dataclass(frozen=True)
class Heading:
    """A line of the contents."""

    anchor: str
    title: str


@dataclass(frozen=True)
class DocumentText:
    """The body and what its contents list. A text never changes, so that its anchors never do."""

    body: Markup
    contents: tuple[Heading, ...]


@lru_cache(maxsize=64)  # a form with errors shows its Consent anew each time
def document_text(text: str) -> DocumentText:
    """The Markdown of a document, rendered with HTML off: what the renderer gives out is the only markup in it."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    contents = tuple(_anchored(tokens))
    _mark_bare(tokens)
    return DocumentText(
        Markup(markdown.renderer.render(tokens, markdown.options, {})),  # noqa: S704  # our own text, HTML off
        contents,
    )


def _mark_bare(tokens: Sequence[Token]) -> None:
    """Mark each link whose words are its address already: print need not say it twice."""
    for token in tokens:
        for link, inside in pairwise(token.children or ()):
            if link.type == "link_open" and inside.content == link.attrGet("href"):
                link.attrSet("class", "bare")


def _anchored(tokens: Sequence[Token]) -> Iterator[Heading]:
    clause, headings, letters, taken = "", count(1), iter(ascii_lowercase), set[str]()
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            found = _NUMBERED.match(inside.content)
            number = next(headings)
            anchor = clause = f"clause-{found[1]}" if found else f"part-{number}"
            letters = iter(ascii_lowercase)
        elif token.type == "paragraph_open" and (part := _PART.match(inside.content)):
            # The letters of the three languages differ; the place in the clause does not.
            anchor = f"clause-{part[1]}" if part[1] else f"{clause}-{next(letters, 'more')}"
        else:
            continue
        if anchor in taken:
            continue
        taken.add(anchor)
        token.attrSet("id", anchor)
        if token.type == "heading_open":
            yield Heading(anchor, inside.content)
