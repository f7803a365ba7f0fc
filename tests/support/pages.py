"""Reading a page the strict way: each page a test fetches is checked for what every page must be.

Elements have their names without a namespace, drawings among them.
"""

import re
from functools import lru_cache

import html5lib
from lxml import etree

# Signs that mean nothing to a parser, and references that end as they should: texts and values are full of them.
_NO_SIGNS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_MEANS = rf"&<>\"\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_SIGNS}"
_PLAIN = f"[^{_MEANS}]|&(?:amp|lt|gt|quot|#39|#34);"
_VALUE = re.compile(f'="(?:{_PLAIN})+"')
_TEXT = re.compile(rf">[ \t\n\r\f]*+(?:{_PLAIN})(?:{_PLAIN}|\")*+(?=<)")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2}))?")
_CONTROLS = {"date": re.compile(r"\d{4}-\d{2}-\d{2}"), "time": re.compile(r"\d{2}:\d{2}")}
_READER = etree.HTMLParser(encoding="utf-8", remove_comments=True, huge_tree=True)
_strictly_read: set[int] = set()


class PageProblem(AssertionError):
    """What is wrong with a page."""


class Page:
    """A parsed page."""

    def __init__(self, source: str) -> None:
        self.source = source
        read_strictly(source)
        self.root = etree.fromstring(source.encode(), _READER)
        for field in self.elements("textarea"):
            field.text = (field.text or "").removeprefix("\n")  # as the standard has it
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
        found = [e for e in self.root.iter("input") if e.get("name") == name]
        return str(found[occurrence].get("value", ""))

    def elements(self, tag: str) -> list:
        """All elements with a tag."""
        return list(self.root.iter(tag))

    def _texts(self, tag: str) -> list[str]:
        return [" ".join("".join(e.itertext()).split()) for e in self.root.iter(tag)]

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
        self._check_times()
        if not self.root.get("lang"):
            raise PageProblem("no lang")

    def _check_times(self) -> None:
        wrong = [e.get("datetime") for e in self.elements("time") if not _MOMENT.fullmatch(e.get("datetime") or "")]
        wrong += [
            value
            for e in self.elements("input")
            if (value := e.get("value")) and (form := _CONTROLS.get(e.get("type"))) and not form.fullmatch(value)
        ]
        if wrong:
            raise PageProblem(f"no day or time in HTML: {wrong}")


def read_strictly(source: str) -> None:
    """Look for errors in the source, as the standard tells them. That is slow, and depends on the shape of a page
    alone: one that was found whole is not looked at again with other words in it.
    """
    if (shape := hash(shape_of(source))) not in _strictly_read:
        html5lib.HTMLParser(strict=True).parse(source)
        _strictly_read.add(shape)


def shape_of(source: str) -> str:
    """The source with every usual text and every usual value made the same."""
    return _TEXT.sub(">t", _VALUE.sub('="v"', source))


@lru_cache(maxsize=16)
def read_page(source: str) -> Page:
    """The page of a source, parsed once where several look at the same answer."""
    return Page(source)
