"""Reading a page the strict way: each page a test fetches is checked for what every page must be."""

from functools import lru_cache

import html5lib

HTML = "{http://www.w3.org/1999/xhtml}"


class PageProblem(AssertionError):
    """What is wrong with a page."""


class Page:
    """A parsed page."""

    def __init__(self, source: str) -> None:
        self.source = source
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True)
        self.root = parser.parse(source)
        self._check()

    @property
    def title(self) -> str:
        """The text of <title>."""
        return self._texts("title")[0]

    @property
    def heading(self) -> str:
        """The text of the only <h1>."""
        return self._texts("h1")[0]

    @property
    def text(self) -> str:
        """All words of the page, single-spaced."""
        return " ".join(" ".join(self.root.itertext()).split())

    def value(self, name: str, occurrence: int = 0) -> str:
        """The value of an input by its name; of several, the one asked for (-1: the last)."""
        found = [e for e in self.root.iter(f"{HTML}input") if e.get("name") == name]
        return str(found[occurrence].get("value", ""))

    def elements(self, tag: str) -> list:
        """All elements with a tag."""
        return list(self.root.iter(f"{HTML}{tag}"))

    def _texts(self, tag: str) -> list[str]:
        return [" ".join("".join(e.itertext()).split()) for e in self.root.iter(f"{HTML}{tag}")]

    def _check(self) -> None:
        headings = self._texts("h1")
        if len(headings) != 1:
            raise PageProblem(f"{len(headings)} h1")
        title = self.title.removeprefix("Error: ").rpartition(" - ")[0]
        if title != headings[0]:
            raise PageProblem(f"title {title!r} is not the heading {headings[0]!r}")
        ids = [e.get("id") for e in self.root.iter() if e.get("id")]
        if len(ids) != len(set(ids)):
            raise PageProblem(f"an id stands twice: {sorted(i for i in ids if ids.count(i) > 1)}")
        for element in self.root.iter():
            inline = [name for name in element.keys() if name == "style" or name.startswith("on")]  # noqa: SIM118  # an Element is no mapping
            if inline:
                raise PageProblem(f"inline {inline} on {element.tag}")
        if any(not e.get("src") for e in self.elements("script")) or self.elements("style"):
            raise PageProblem("inline script or style")
        if not self.root.get("lang"):
            raise PageProblem("no lang")


@lru_cache(maxsize=16)
def read_page(source: str) -> Page:
    """The page of a source, parsed once where several look at the same answer."""
    return Page(source)
