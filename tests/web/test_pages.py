"""What reads the pages: a fault is seen in each page, also in one whose like was found whole before."""

import pytest
from html5lib.html5parser import ParseError

from tests.support.pages import Page, PageProblem, shape_of

WHOLE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Words - Kelisim</title></head>
<body class="a">
<main id="main"><h1>Words</h1>
<p id="p" title='One "two" three'>Text &amp; more &#34;text&#34; "quoted"</p>
<table><tbody><tr><td>1</td> <td><a href="/x?a=1&amp;b=2">2</a></td></tr></tbody></table>
<textarea name="note">
 kept</textarea><svg viewBox="0 0 1 1"><title>Drawn</title></svg><input name="one" value="it's &lt;b&gt;"><br>
</main>
</body>
</html>
"""
FAULTS = {
    "not closed": ("</h1>", ""),
    "closed twice": ("</p>", "</p></p>"),
    "closed in another order": ("</a></td>", "</td></a>"),
    "a quotation mark too few": ('class="a"', 'class="a'),
    "an attribute twice": ('class="a"', 'class="a" class="b"'),
    "no room between attributes": ('name="one" ', 'name="one"'),
    "a reference that does not end": ("Text &amp;", "Text &amp"),
    "no such reference": ("Text &amp;", "Text &nothing;"),
    "a reference in a value that does not end": ("a=1&amp;b", "a=1&ampb"),
    "a control sign": ("more", "mo\x01re"),
    "a sign that is none": ("more", "mo\ufdd0re"),
    "a control sign in a value": ("?a=1", "?a=\x7f1"),
    "a tag that never ends": ("</html>", "<p"),
    "an open bracket": ("Text", "Te<xt"),
    "text before the page": ("<!doctype html>", "x<!doctype html>"),
    "no doctype": ("<!doctype html>", ""),
}
PROBLEMS = {
    "no heading": ("<h1>Words</h1>", ""),
    "another title": ("<title>Words", "<title>Others"),
    "an id twice": ('id="p"', 'id="main"'),
    "style inline": ('class="a"', 'style="color: red"'),
    "a script inline": ("</main>", "</main><script>run()</script>"),
    "no language": ('lang="en"', 'lang=""'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen_after_a_page_that_is_whole(fault: str) -> None:
    Page(WHOLE)
    whole, broken = FAULTS[fault]
    assert whole in WHOLE
    with pytest.raises(ParseError):
        Page(WHOLE.replace(whole, broken))


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_is_seen_after_a_page_that_is_whole(problem: str) -> None:
    Page(WHOLE)
    whole, broken = PROBLEMS[problem]
    assert whole in WHOLE
    with pytest.raises(PageProblem):
        Page(WHOLE.replace(whole, broken))


def test_pages_that_differ_in_words_and_values_alone_have_one_shape() -> None:
    other = WHOLE.replace("Words", "Сөздер мен белгілер").replace("/x?a=1&amp;b=2", "/y").replace("more", "it&#39;s")
    assert shape_of(other) == shape_of(WHOLE)
    assert Page(other).heading == "Сөздер мен белгілер"


def test_it_is_read_as_the_standard_has_it() -> None:
    page = Page(WHOLE)
    assert page.value("one") == "it's <b>"
    assert page.title == "Words - Kelisim"
    assert [one.text for one in page.elements("textarea")] == [" kept"]
    assert [one.get("title") for one in page.elements("p")] == ['One "two" three']
    assert [one.text for one in page.elements("p")] == ['Text & more "text" "quoted"']
    assert [one.text for one in page.elements("svg")[0]] == ["Drawn"]
    assert [one.get("href") for one in page.elements("a")] == ["/x?a=1&b=2"]
