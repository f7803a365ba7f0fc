"""Rendered pages that are kept, because they depend on nothing but their key.

The one thing that differs from visitor to visitor is the tokens of the forms on a page. They are noted while it is
rendered the first time; whenever the kept page is given out again, fresh ones stand in their places.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import g

_MOST = 256


@dataclass(frozen=True)
class IssuedToken:
    """A token that stands in the page being rendered, and how to make another like it."""

    text: str
    again: Callable[[], str]


@dataclass(frozen=True)
class KeptPage:
    """A page cut at its tokens."""

    parts: tuple[str, ...]
    tokens: tuple[Callable[[], str], ...]

    def filled(self) -> str:
        """The page with fresh tokens."""
        pieces = [self.parts[0]]
        for token, part in zip(self.tokens, self.parts[1:], strict=True):
            pieces += (token(), part)
        return "".join(pieces)


class KeptPages:
    """The pages of one application. A key names all a page depends on: path, texts, language, appearance, banner, convenience."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, KeptPage] = {}

    def page(self, key: Hashable, render: Callable[[], str]) -> str:
        """The kept page of this key, or a rendered one, which is kept."""
        kept = self._pages.get(key)
        if kept is not None:
            g.kept_page = kept
            return kept.filled()
        g.issued_tokens = []
        rendered = render()
        if len(self._pages) >= _MOST:
            self._pages.clear()
        self._pages[key] = g.kept_page = _split(rendered, g.pop("issued_tokens"))
        return rendered


def note_token(text: str, again: Callable[[], str]) -> str:
    """Say that a token is being put on a page, in case the page is going to be kept. Gives the token back."""
    issued: list[IssuedToken] | None = g.get("issued_tokens")
    if issued is not None:
        issued.append(IssuedToken(text, again))
    return text


def _split(rendered: str, issued: list[IssuedToken]) -> KeptPage:
    """Cut the page at its tokens. Each is long and random, so that it stands nowhere else."""
    found = [(rendered.find(token.text), token) for token in issued]
    parts, tokens, end = [], [], 0
    for start, token in sorted((place for place in found if place[0] >= 0), key=lambda place: place[0]):
        parts.append(rendered[end:start])
        tokens.append(token.again)
        end = start + len(token.text)
    return KeptPage(parts=(*parts, rendered[end:]), tokens=tuple(tokens))
