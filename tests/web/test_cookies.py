"""The cookie table is what the code sets, what the page says, and what docs/cookies.md says."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

import kelisim
from kelisim.domain.choices import VERSIONS, ChoicePurpose
from kelisim.settings import Settings
from kelisim.web.choice_cookie import _choice_signer
from kelisim.web.cookies import APPEARANCE, CHOICE, COOKIES, DESK, DRAFT
from tests.conftest import FixedClock, migrated
from tests.support.pages import read_page
from tests.support.visitor import Visitor
from tests.web.conftest import Prepared, noon
from tests.web.desk import Desk
from tests.web.rows import count, house_of, rows

SOURCE = Path(str(kelisim.__file__)).parent
HALF_A_YEAR = 182 * 86_400


def choose(visitor: Visitor, **fields: str) -> list[str]:
    """Answer on the preferences page; what the answer sets."""
    token = visitor.page("/cookies").value("token")
    answer = visitor.post("/cookies", {"token": token, **fields})
    assert answer.status_code == 303
    return answer.headers.getlist("Set-Cookie")


def look(visitor: Visitor, appearance: str) -> list[str]:
    token = visitor.page("/cookies").value("token")
    answer = visitor.post("/appearance", {"token": token, "appearance": appearance, "next": "/consent"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/consent")
    return answer.headers.getlist("Set-Cookie")


def test_only_one_file_sets_cookies_and_only_those_of_its_table() -> None:
    for file in SOURCE.rglob("*.py"):
        called = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        methods = {node.func.attr for node in called if isinstance(node.func, ast.Attribute)}
        if file.name != "cookies.py":
            assert not methods & {"set_cookie", "delete_cookie"}, file
            assert "set-cookie" not in file.read_text().casefold(), file
        for node in called:
            if isinstance(node.func, ast.Name) and node.func.id in {"set_cookie", "delete_cookie"}:
                named = node.args[1]
                assert isinstance(named, ast.Name)
                assert named.id in {"CHOICE", "APPEARANCE", "LANGUAGE", "VISIT", "DESK", "cookie"}, (file, named.id)


def test_no_cookie_of_flask_or_of_an_extension_is_left(app: Flask) -> None:
    assert type(app.session_interface).__name__ == "DeskSessionInterface"
    assert len({cookie.name for cookie in COOKIES}) == len(COOKIES)
    assert all(cookie.name.startswith("__Host-") for cookie in COOKIES)


def test_each_cookie_is_set_with_exactly_these_attributes(visitor: Visitor, desk: Desk) -> None:
    choice = choose(visitor, answer="accept")
    appearance = look(visitor, "dark")
    desk.set_up(desk.link())
    signed_in = desk.give_password().headers.getlist("Set-Cookie")
    shapes = [line.partition("=")[0] + ";" + line.partition(";")[2] for line in choice + appearance + signed_in]
    assert [shape for shape in shapes if "Expires" not in shape] == [
        "__Host-desk; Secure; HttpOnly; Path=/; SameSite=Strict"
    ]
    kept = [shape for shape in shapes if "Expires" in shape]
    assert [shape.replace(shape.partition("Expires=")[2].partition(";")[0], "DATE") for shape in kept] == [
        f"__Host-choice; Expires=DATE; Max-Age={HALF_A_YEAR}; Secure; HttpOnly; Path=/; SameSite=Lax",
        f"__Host-appearance; Expires=DATE; Max-Age={HALF_A_YEAR}; Secure; HttpOnly; Path=/; SameSite=Lax",
    ]
    assert all(len(line) < 4096 for line in choice)


def test_the_page_lists_the_table(visitor: Visitor, app: Flask) -> None:
    page = visitor.page("/cookies")
    table = page.elements("table")[0]
    body = list(table.iter("tr"))[1:]
    listed = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in body]
    site = house_of(app).settings.site_name
    assert [row[0] for row in listed] == [entry.name for entry in (*COOKIES, DRAFT)]
    assert [row[1] for row in listed] == [str(entry.purpose) for entry in (*COOKIES, DRAFT)]
    assert {row[2] for row in listed} == {site}
    assert [row[3] for row in listed] == [
        "182 days",
        "182 days",
        "182 days",
        "395 days",
        "Until sign-out, 10 hours at most",
        "7 days",
    ]


def test_no_page_sets_a_cookie_before_an_answer(visitor: Visitor) -> None:
    for path in ("/", "/consent", "/policy", "/cookies", "/cookies?said=1", "/nothing", "/operator/sign-in"):
        assert "Set-Cookie" not in visitor.get(path).headers, path
    assert "Set-Cookie" not in visitor.post("/", {"name": "x"}).headers


def test_without_a_yes_to_convenience_the_look_of_the_site_is_not_kept(visitor: Visitor) -> None:
    assert all("Max-Age=0" in line for line in look(visitor, "dark"))
    choose(visitor, answer="reject")
    assert all("Max-Age=0" in line for line in look(visitor, "light"))
    visitor.client.set_cookie(APPEARANCE.name, "dark", domain="localhost", secure=True)
    assert "data-appearance" not in visitor.page("/consent").source, "nor read, wherever it came from"


def test_with_a_yes_it_is_kept_and_shown_until_it_is_as_on_the_device(visitor: Visitor) -> None:
    choose(visitor, answer="accept")
    look(visitor, "dark")
    assert 'data-appearance="dark"' in visitor.page("/consent").source
    assert "Max-Age=0" in look(visitor, "auto")[0]
    assert "data-appearance" not in visitor.page("/consent").source


@pytest.mark.parametrize("appearance", ["", "pink", "dark\r\nSet-Cookie: x=y", "<script>", "DARK"])
def test_a_look_nobody_offers_is_refused(visitor: Visitor, appearance: str) -> None:
    choose(visitor, answer="accept")
    token = visitor.page("/cookies").value("token")
    answer = visitor.post("/appearance", {"token": token, "appearance": appearance})
    assert answer.status_code == 422
    assert "Set-Cookie" not in answer.headers
    visitor.client.set_cookie(APPEARANCE.name, appearance, domain="localhost", secure=True)
    assert "data-appearance" not in visitor.page("/consent").source


def test_no_deletes_the_look_in_the_same_answer(visitor: Visitor) -> None:
    choose(visitor, answer="accept")
    look(visitor, "dark")
    lines = choose(visitor, answer="reject")
    assert [line.split(";")[0] for line in lines if "Max-Age=0" in line] == [
        "__Host-appearance=",
        "__Host-visit=",
    ]
    assert visitor.client.get_cookie(APPEARANCE.name, domain="localhost") is None


_shared: list[Flask] = []


def shared_app(prepared: Prepared, folders: pytest.TempPathFactory) -> Flask:
    """One application for all examples: none of them needs a database of its own."""
    if not _shared:
        _shared.append(
            migrated(Settings(instance=prepared.copied(folders.mktemp("bytes") / "i"), choice_limit=""), clock=noon)
        )
    return _shared[0]


# --- The choice cookie, as others may send it ------------------------------------------------------------------------


def signed(app: Flask, value: object) -> str:
    with app.test_request_context():
        return str(_choice_signer().dumps(value))


def carry(visitor: Visitor, value: str) -> None:
    visitor.client.set_cookie(CHOICE.name, value, domain="localhost", secure=True)


def is_asked(visitor: Visitor) -> bool:
    return "Accept cookies" in visitor.page("/consent").text


def answer(yes: object, version: object = None, under_signal: object = False) -> list[object]:
    """One purpose's answer as the cookie holds it; the version None is today's."""
    return [yes, version, under_signal, 1_795_300_000, 1_811_000_000]


def answers(**given: object) -> dict[str, object]:
    """A cookie's value: a good one, but for what is given."""
    whole: dict[str, object] = {"convenience": answer(True), "statistics": answer(False), "address": answer(True)}
    for purpose, said in {**whole, **given}.items():
        if isinstance(said, list) and len(said) > 1 and said[1] is None:
            said[1] = VERSIONS[ChoicePurpose(purpose)]
        whole[purpose] = said
    return {"r": "ab" * 16, "a": whole}


GOOD = answers()


def test_our_own_cookie_is_read(app: Flask, visitor: Visitor) -> None:
    carry(visitor, signed(app, GOOD))
    assert not is_asked(visitor)
    assert "You answered on" in visitor.page("/cookies").text


@pytest.mark.parametrize(
    "value",
    [
        None, 1, "x", [], {}, [GOOD],
        *[{name: part for name, part in GOOD.items() if name != missing} for missing in GOOD],
        {**GOOD, "r": 7}, {**GOOD, "r": "ab"}, {**GOOD, "r": "AB" * 16}, {**GOOD, "r": "x" * 5000}, {**GOOD, "r": None},
        {**GOOD, "a": []}, {**GOOD, "a": None}, {**GOOD, "a": {"marketing": answer(True, 1)}}, {**GOOD, "a": {}},
        *[answers(convenience=wrong) for wrong in (
            None, 1, "yes", [], [True], [True, 1], answer(True, "one"), answer(True, []), answer(True, 0),
            answer(True, 10**30), answer(True, float("nan")), [True, 1, False, "yesterday", 2_000_000_000],
            [True, 1, False, 10**30, 10**30], [True, 1, False, 1, float("nan")], [True, 1, False, 1, -(10**20)],
            [True, 1, False, 1, None], [True, 1, False, True, False], {"yes": True}, [True, 1, False, 1, 2, 3],
        )],
    ],
    ids=str,
)  # fmt: skip
def test_a_signed_cookie_of_another_shape_counts_as_not_asked(app: Flask, visitor: Visitor, value: object) -> None:
    carry(visitor, signed(app, value))
    assert is_asked(visitor)
    assert visitor.get("/cookies").status_code == 200
    choose(visitor, answer="accept")
    assert not is_asked(visitor)


def test_an_answer_that_is_neither_yes_nor_no_is_not_a_yes(app: Flask, visitor: Visitor) -> None:
    for maybe in ("maybe", 1, "true", None):
        carry(visitor, signed(app, answers(**{purpose.value: answer(maybe) for purpose in ChoicePurpose})))
        visitor.client.set_cookie(APPEARANCE.name, "dark", domain="localhost", secure=True)
        assert "data-appearance" not in visitor.page("/consent").source


@pytest.mark.parametrize("value", ["", "x", ".", "a.b", "x" * 4000, "é", "\x7f", '"', "%00", "eyJ9.x", ".eJw.AAAA"])
def test_a_forged_cookie_is_not_read(visitor: Visitor, value: str) -> None:
    carry(visitor, value)
    assert is_asked(visitor)
    assert visitor.get("/cookies").status_code == 200


@given(st.one_of(st.binary(max_size=300), st.binary(min_size=4000, max_size=5000)), st.booleans(), st.booleans())
def test_whatever_bytes_come_as_a_choice_they_are_not_trusted_and_the_next_answer_replaces_them(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, raw: bytes, prefixed: bool, repeated: bool
) -> None:
    app = shared_app(prepared, tmp_path_factory)
    good = signed(app, GOOD)
    forged = good[: len(good) // 2] + raw.decode("latin-1") if prefixed else raw.decode("latin-1")
    header = f"{CHOICE.name}={forged}" + (f"; {CHOICE.name}={forged}" if repeated else "")
    header = "".join(sign for sign in header if sign not in "\r\n\0")
    visitor = Visitor(app.test_client(use_cookies=False))
    page = visitor.get("/consent", headers={"Cookie": header})
    assert page.status_code == 200
    assert "Accept cookies" in page.text
    cookies_page = visitor.get("/cookies", headers={"Cookie": header})
    assert cookies_page.status_code == 200
    assert "Records of your answers" not in cookies_page.text
    token = read_page(cookies_page.text).value("token")
    answer = visitor.post("/cookies", {"token": token, "answer": "reject"}, headers={"Cookie": header})
    assert answer.status_code == 303
    assert f"{CHOICE.name}=ey" in answer.headers["Set-Cookie"] or f"{CHOICE.name}=." in answer.headers["Set-Cookie"]


def test_a_cookie_signed_for_something_else_is_not_read(app: Flask, visitor: Visitor) -> None:
    keys = house_of(app).keys
    for key in (keys.site.choice_cookie, keys.site.form_token, keys.desk.desk_form, bytes(32)):
        carry(visitor, str(URLSafeSerializer(key, salt="another").dumps(GOOD)))
        assert is_asked(visitor)


def test_of_a_doubled_cookie_only_a_good_one_could_be_read_and_nothing_breaks(app: Flask, visitor: Visitor) -> None:
    good = signed(app, GOOD)
    for header in (f"{CHOICE.name}=x; {CHOICE.name}={good}", f"{CHOICE.name}={good}; {CHOICE.name}=x", "=;;=;" * 50):
        assert visitor.get("/consent", headers={"Cookie": header}).status_code == 200
        assert visitor.get("/cookies", headers={"Cookie": header}).status_code == 200


def test_an_oversized_cookie_header_is_nothing_to_the_pages(visitor: Visitor) -> None:
    header = "; ".join(f"c{number}={'x' * 300}" for number in range(200))
    assert visitor.get("/", headers={"Cookie": header}).status_code == 200


def test_an_answer_of_another_version_of_a_purpose_is_asked_again(app: Flask, visitor: Visitor) -> None:
    carry(visitor, signed(app, answers(statistics=answer(True, 0))))
    assert is_asked(visitor)
    page = visitor.page("/cookies")
    ticked = {str(e.get("name")) for e in page.elements("input") if e.get("checked") is not None}
    assert ticked >= {"convenience", "address"}
    assert "statistics" not in ticked, "the changed one alone is open again"


def test_an_answer_is_asked_for_again_after_its_term(visitor: Visitor, clock: FixedClock) -> None:
    choose(visitor, answer="reject")
    clock.at += timedelta(days=182) - timedelta(minutes=1)
    assert not is_asked(visitor)
    clock.at += timedelta(minutes=2)
    assert is_asked(visitor)


def test_a_later_answer_keeps_the_number_of_the_first(app: Flask, visitor: Visitor) -> None:
    choose(visitor, answer="accept")
    choose(visitor, convenience="yes", statistics="no", address="no", answer="choose")
    visitor.client.delete_cookie(CHOICE.name, domain="localhost")
    choose(visitor, answer="reject")
    numbers = [row[0] for row in rows(app, "SELECT receipt_id FROM choices ORDER BY number")]
    assert numbers[0] == numbers[1] != numbers[2]
    assert count(app, "choices") == 3


def test_the_desks_cookie_is_no_bigger_than_its_secret(desk: Desk) -> None:
    desk.whole()
    assert DESK.name == "__Host-desk"
    secret, person, stage = str(desk.cookie).split(".")
    assert (len(secret), person, stage) == (64, "1", "full")
