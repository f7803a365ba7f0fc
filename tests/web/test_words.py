"""No word a visitor or an operator reads goes round the catalogue: each page in a language that marks every message."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from flask import Flask

from kelisim.core import ROOT
from kelisim.domain.acts import Act, State
from kelisim.domain.choices import Change, ChoiceMethod, ChoicePurpose
from kelisim.domain.consents import Attestation, Category, Method
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import Suspicion
from kelisim.settings import Settings
from kelisim.web import choice_words, words
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.statements import Statements
from tests.conftest import FixedClock, dispose, migrated
from tests.support.pages import Page
from tests.support.people import Person
from tests.support.visitor import ORIGIN, Visitor
from tests.web.conftest import Prepared, strict_client
from tests.web.desk import Desk
from tests.web.rows import house_of, rows
from tests.web.strict import page_of

BEGIN, END = "⟦", "⟧"
# The one message that stands around another one, in the page's title; every page reader looks for its first word.
IN_ERROR = "Error: %(title)s"
READ = {"alt", "aria-label", "data-label", "placeholder", "title"}
# Where a text of another kind stands: codes, documents in their own language, what is not read at all.
UNREAD = {"code", "script", "style", "article", "svg", "bdi"}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}


def messages() -> list[str | tuple[str, ...]]:
    """Every message of the site and its templates, found as ``babel.cfg`` says."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        mapping, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(ROOT), mapping, options, keywords=KEYWORDS)
    return [message for _, _, message, _, _ in found]


def test_no_message_hides_in_a_formatted_string() -> None:
    """The catalogue is gathered by reading the source, and what stands within an f-string is not read."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in sorted((ROOT / "site").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "").endswith("gettext")
    ]
    assert hidden == []


def marked(message: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if message == IN_ERROR:
        return message
    return f"{BEGIN}{message}{END}" if isinstance(message, str) else tuple(f"{BEGIN}{text}{END}" for text in message)


@pytest.fixture(scope="module")
def marking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of translations in which each message stands between marks."""
    catalogue = Catalog(locale="en")
    for message in messages():
        catalogue.add(message, marked(message))
    folder = tmp_path_factory.mktemp("translations")
    file = folder / "en" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    written = BytesIO()
    write_mo(written, catalogue)
    file.write_bytes(written.getvalue())
    return folder


@pytest.fixture
def settings(prepared: Prepared, tmp_path: Path) -> Settings:
    """An instance whose operator is set up, and whose words beside the form are the Operator's own."""
    instance = prepared.copied(tmp_path / "instance")
    return Settings(instance=instance, sign_in_limit="", receipt_limit="")


@pytest.fixture
def app(settings: Settings, clock: FixedClock, marking: Path) -> Iterator[Flask]:
    """The application in the marking language."""
    built = migrated(settings, clock=clock)
    babel = built.extensions["babel"]
    babel.translation_directories = [str(marking)]
    babel.instance.domain_instance.cache.clear()
    yield built
    dispose(built)


def allowed(app: Flask) -> list[str]:
    """Texts that are nobody's to translate: the settings' values and the documents' own titles."""
    settings = house_of(app).settings
    values = [settings.operator_name, settings.operator_address, settings.operator_email, settings.site_name]
    values += [settings.operator_bin, ORIGIN, *LANGUAGE_NAMES.values()]
    values += [document.title for document in house_of(app).library]
    return sorted(values, key=len, reverse=True)


# Dates and times as Babel writes them, revisions, paths, numbers, a phone, signs between words.
NOT_WORDS = re.compile(
    r"\d{1,2}\s(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}(, \d\d:\d\d)?"
    r"|/[\w/.-]+|[\d+•]+|[^\w\s]"
)
LANGUAGE_CODE = re.compile(r"\ben\b")


def texts(element: Element) -> Iterator[str]:
    """The words of an element in the order they are read, with what a screen reader says of it."""
    tag = element.tag
    if tag in UNREAD or (element.get("lang") and tag != "html"):
        pass
    else:
        yield element.text or ""
        for child in element:
            yield from texts(child)
    yield " " + (element.tail or "")


def unmarked(text: str, app: Flask) -> str:
    """What stands outside the marks and is a word all the same."""
    outside, depth = [], 0
    for sign in text:
        depth += (sign == BEGIN) - (sign == END)
        if depth == 0 and sign != END:
            outside.append(sign)
    assert depth == 0, "marks within marks are in pairs"
    left = "".join(outside)
    for value in allowed(app):
        left = left.replace(value, " ")
    return " ".join(LANGUAGE_CODE.sub(" ", NOT_WORDS.sub(" ", left)).split())


def check(page: Page, app: Flask, values: tuple[str, ...] = ()) -> None:
    body = page.elements("body")[0]
    found = [unmarked("".join(texts(body)), app), unmarked(page.title.removeprefix("Error: "), app)]
    for element in page.root.iter():
        found += [unmarked(str(element.get(name, "")), app) for name in READ if element.get(name)]
    left = [text for text in found for text in [_without(text, values)] if text]
    assert left == []


def _without(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace(value, " ")
    return text.strip()


def test_the_catalogue_finds_words_in_code_and_in_templates() -> None:
    found = {message if isinstance(message, str) else message[0] for message in messages()}
    assert "Enter your name" in found
    assert "Send the form" in found
    assert "%(num)s submission, newest first" in found
    assert IN_ERROR in found
    assert len(found) > 200


@pytest.mark.parametrize(
    "path", ["/", "/consent", "/policy", "/cookies", "/consent/2023-07-20", "/nothing", "/cookies?said=1",
             "/receipt/x", "/operator/sign-in", "/operator/set-up/x"],
)  # fmt: skip
def test_every_page_a_stranger_sees(app: Flask, visitor: Visitor, path: str) -> None:
    check(page_of(visitor.get(path)), app)


def test_every_error(app: Flask, visitor: Visitor) -> None:
    check(page_of(visitor.client.get("/", base_url="https://evil.example")), app)
    check(page_of(visitor.client.post("/", base_url=ORIGIN, data={"x": "y"}, headers={"Origin": "null"})), app)
    check(page_of(visitor.client.delete("/", base_url=ORIGIN)), app)
    check(page_of(visitor.client.post("/", base_url=ORIGIN)), app)
    check(page_of(visitor.post("/", {"name": "x" * 70_000})), app)
    for table in ("submissions", "receipts"):
        rows(app, f"ALTER TABLE {table} RENAME TO {table}_gone")
    check(page_of(visitor.get("/receipt/" + "a" * 32)), app)
    check(page_of(visitor.send(Person("Айгерім", "Қуанышбекқызы", "8 701 555 31 37", ""))), app)


def test_the_form_in_every_state(app: Flask, visitor: Visitor, person: Person, clock: FixedClock) -> None:
    check(page_of(visitor.post("/", {"token": "x"})), app)
    problems = {
        "name": ["", "x" * 101, "\u202e", "7", "'"],
        "second_name": ["", "x" * 101, "\u202e", "7", "'"],
        "phone": ["", "8" * 41, "\u202e", "x", "8 701", "+7 000 000 00 00"],
        "topic": ["x", "mailing"],
        "consent": [""],
    }
    for field, values in problems.items():
        for value in values:
            check(page_of(visitor.send(person, **{field: value})), app)
    fields = visitor.filled(person)
    check(page_of(visitor.post("/", {**fields, "name": ["a", "b"]})), app)
    house = house_of(app)
    changed = replace(house.settings, cross_border=True, public_sources=True)
    app.extensions["kelisim"] = replace(house, settings=changed, statements=Statements(changed, house.revisions))
    check(page_of(visitor.post("/", fields)), app)
    check(page_of(visitor.get("/")), app)


def test_the_receipt(app: Flask, visitor: Visitor, person: Person) -> None:
    for topic in ("", *Purpose):
        fields = visitor.filled(person, topic=topic, mailing="yes" if topic == "mailing" else "")
        visitor.post("/", fields)
        check(page_of(visitor.get(visitor.post("/", fields).headers["Location"])), app)


def test_the_preferences_in_every_state(app: Flask, visitor: Visitor) -> None:
    token = visitor.page("/cookies").value("token")
    check(page_of(visitor.post("/cookies", {"token": token})), app)
    check(page_of(visitor.post("/cookies", {"token": "x"})), app)
    check(page_of(visitor.post("/appearance", {"token": token})), app)
    every = {purpose.value: "yes" for purpose in ChoicePurpose}
    for answer in ({"answer": "accept"}, {"answer": "reject"}, {"answer": "choose", **every, "address": "no"}):
        back = visitor.post("/cookies", {"token": token, "next": "/consent", **answer}).headers["Location"]
        check(visitor.page(back), app)
        check(visitor.page("/cookies?said=1"), app)


def test_the_desk(app: Flask, visitor: Visitor, prepared: Prepared, clock: FixedClock, person: Person) -> None:
    desk = Desk(strict_client(app), app, clock)
    desk.secret = prepared.secret
    name = ("әсел нұрланқызы", "тимур")
    check(page_of(desk.post("/operator/sign-in", {"token": "x"})), app)
    check(page_of(desk.give_password("x", "y")), app)
    desk.give_password()
    check(page_of(desk.give_code("000000")), app, name)
    desk.give_code()
    check(desk.page("/operator/submissions"), app, name)
    visitor.send(person, topic="support", mailing="yes", website="x")
    masked = ("А Қ",)
    check(desk.page("/operator/submissions"), app, name + masked)
    reference = rows(app, "SELECT reference FROM receipts")[0][0]
    check(desk.page(f"/operator/submissions/{reference}"), app, name)
    check(page_of(desk.get("/operator/submissions/x")), app, name)
    for _ in range(6):
        paused = desk.post(
            "/operator/sign-in", {"token": visitor.page("/operator/sign-in").value("token"), "name": "y"}
        )
    check(page_of(paused), app, name)


def test_the_set_up(app: Flask, clock: FixedClock) -> None:
    desk = Desk(strict_client(app), app, clock)
    link = desk.link("Тимур")
    check(desk.page(link), app, ("тимур",))
    for password in ("", "password1234", "x" * 300, "түнгі пойыз бен көк шәйнек 7"):
        token = desk.page(link).value("token")
        answer = desk.post(link, {"token": token, "password": password, "code": "000000"})
        check(page_of(answer), app, ("тимур",))
    check(page_of(desk.set_up(link)), app)
    check(page_of(desk.get(link)), app)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (Purpose, words.TOPICS),
        (Purpose, words.PURPOSES),
        (Attestation, words.ATTESTATIONS),
        (Category, words.CATEGORIES),
        (Method, words.METHODS),
        (State, words.STATES),
        (Act, words.ACTS),
        (Suspicion, words.SUSPICIONS),
        (ChoicePurpose, choice_words.CHOICE_TITLES),
        (ChoicePurpose, choice_words.CHOICE_DOES),
        (ChoicePurpose, choice_words.CHOICE_LOSES),
        (ChoicePurpose, choice_words.CHOICE_SEEN_BY),
        (Change, choice_words.CHOICE_CHANGES),
        (ChoiceMethod, choice_words.CHOICE_METHODS),
    ],
)
def test_every_code_has_words(app: Flask, codes: type, said: words.Words) -> None:
    with app.test_request_context():
        assert [code for code in codes if not str(said[code])] == []  # type: ignore[attr-defined]  # an enumeration
    assert len(said) == len(list(codes))  # type: ignore[call-overload]  # as above
