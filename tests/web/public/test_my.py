"""My data: the whole life of one person, each act in each state, the way in from paper, and nothing on GET."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kelisim.domain.acts import ConsentState, State
from kelisim.domain.grounds import RefusalGround
from kelisim.domain.own_acts import OwnAct, Standing, why_not_own
from kelisim.services import holders, my, request_reading, requests
from kelisim.services.records import By
from kelisim.settings import Settings
from kelisim.storage.db import db
from kelisim.web.own_words import OWN_ACTS, REASONS
from kelisim.web.request_words import with_article
from tests.conftest import FixedClock, dispose, lent, migrated
from tests.support.pages import Page
from tests.support.people import PEOPLE, Person
from tests.support.visitor import Visitor
from tests.web.conftest import Log, strict_client
from tests.web.rows import connect, everything, house_of, rows
from tests.web.strict import page_of


class Owner:
    """A person with the secret link of their receipt."""

    def __init__(self, visitor: Visitor, person: Person, **others: str) -> None:
        self.visitor = visitor
        receipt = visitor.send(person, **others).headers["Location"]
        self.secret = receipt.rpartition("/")[2]
        self.link = f"/my/{self.secret}"

    def page(self) -> Page:
        """My data."""
        return self.visitor.page(self.link)

    def form(self, act: str) -> Page:
        """The page of an act."""
        return self.visitor.page(f"{self.link}/{act}")

    def do(self, act: str, **fields: str) -> TestResponse:
        """Open the page of an act and press its button."""
        return self.send(act, self.form(act).value("token"), **fields)

    def send(self, act: str, token: str, **fields: str) -> TestResponse:
        """Press the button with this token."""
        return self.visitor.post(f"{self.link}/{act}", {"token": token, **fields})

    def offered(self) -> set[str]:
        """The acts the page offers."""
        links = [str(link.get("href")) for link in self.page().elements("a")]
        acts = [link for link in links if link.startswith(f"{self.link}/") and "/answers/" not in link]
        return {link.rpartition("/")[2] for link in acts}


@pytest.fixture
def app(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    """Without the limit: these tests open more pages in a minute than a person."""
    with lent(replace(settings, my_limit="", form_limit=""), clock) as built:
        yield built


@pytest.fixture
def owner(visitor: Visitor, person: Person) -> Owner:
    return Owner(visitor, person, mailing="yes")


def state_of(app: Flask) -> tuple[str, str, int]:
    return rows(app, "SELECT state, consent_state, mailing FROM submissions")[0]


def decide(app: Flask) -> None:
    """The desk takes up and meets every open request."""
    house = house_of(app)
    by = By("operator:3", house.keys.site.journal, house.now)
    with app.app_context():
        for tab in request_reading.queue(db.session(), "due", today=house.now.date(), skip=0, rows=50):
            requests.take_up(db.session(), tab.id, by=by)
            requests.meet(db.session(), tab.id, by=by)


# --- The whole life of one person -------------------------------------------------------------------------------------


def test_the_whole_life_of_one_person(app: Flask, owner: Owner, person: Person) -> None:
    receipt = owner.visitor.page(f"/receipt/{owner.secret}")
    assert f'href="{owner.link}"' in receipt.source
    assert f'href="{owner.link}/withdraw"' in receipt.source
    page = owner.page()
    assert page.heading == "My data"
    for words in (
        person.name,
        person.second_name,
        "22 November 2029",
        "Subscribed",
        "To nobody.",
        "You opened your data.",
    ):
        assert words in page.text, words

    assert owner.do("unsubscribe").headers["Location"] == f"{owner.link}?done=unsubscribe"
    assert state_of(app) == ("active", "given", 0)
    assert "You subscribed" in owner.visitor.page(f"/receipt/{owner.secret}").text
    assert owner.visitor.page(f"{owner.link}?done=unsubscribe").text.count("The mailing is stopped.") == 1

    shown = owner.form("correct")
    assert [shown.value(name) for name in ("name", "second_name")] == [person.name, person.second_name]
    owner.do("correct", name=person.name, second_name="Сейтқали", phone="8 701 999 88 77")
    page = owner.page()
    assert "Сейтқали" in page.text
    assert "+7 701 999 8877" in page.text
    assert person.second_name not in page.text

    owner.do("complete", name=person.name, second_name="Сейтқали-Ордабаева", topic="support")
    assert "Help with something I use" in owner.page().text

    owner.do("block")
    assert state_of(app)[0] == "blocked"
    assert "Blocking received Received on 22 November 2026. To be decided by 23 November 2026." in owner.page().text
    owner.do("unblock")
    assert state_of(app)[0] == "active"

    assert owner.do("withdraw").status_code == 303
    assert state_of(app)[:2] == ("blocked", "withdrawn")
    page = owner.page()
    assert "Withdrawal of the consent received" in page.text
    assert "To be decided by 11 December 2026." in page.text
    assert owner.offered() == {"delete", "object", "not-sender", "access"}

    decide(app)
    page = owner.page()
    assert "Your data were destroyed for good." in page.text
    assert "None are held." in page.text
    assert "Сейтқали" not in page.text
    assert owner.offered() == {"destruction"}, "the proof of it, and no act"
    assert "operator:3" not in page.text


def test_who_is_refused_sees_the_ground_and_until_when_the_data_are_kept(app: Flask, owner: Owner) -> None:
    owner.do("withdraw")
    house = house_of(app)
    by = By("operator:3", house.keys.site.journal, house.now)
    with app.app_context():
        (kept,) = request_reading.queue(db.session(), "due", today=house.now.date(), skip=0, rows=50)
        requests.take_up(db.session(), kept.id, by=by)
        requests.refuse(db.session(), kept.id, RefusalGround.STORAGE_BY_LAW, until=date(2027, 5, 31), by=by)
    assert state_of(app)[:2] == ("restricted", "withdrawn")
    page = owner.page()
    assert "Your data are kept on a ground of the law and not used." in page.text
    assert page.text.count(with_article_in_english(app)) == 2, "beside the request, and beside the state"
    assert "Until 31 May 2027." in page.text
    assert owner.offered() == {
        "correct",
        "complete",
        "block",
        "delete",
        "object",
        "not-sender",
        "access",
    }


def with_article_in_english(app: Flask) -> str:
    with app.test_request_context("/en/my", base_url="https://localhost:8443"):
        return with_article(RefusalGround.STORAGE_BY_LAW)


def test_withdrawing_is_two_taps_from_the_receipt(app: Flask, owner: Owner) -> None:
    form = owner.form("withdraw")
    assert [button.text for button in form.elements("button")] == ["Withdraw my consent"]
    assert [field.get("type") for field in form.elements("input")] == ["hidden"]
    assert owner.do("withdraw").status_code == 303
    assert state_of(app)[1] == "withdrawn"


def test_the_receipt_of_a_withdrawn_consent_says_so_and_asks_for_no_withdrawal(owner: Owner) -> None:
    receipt = owner.link.replace("/my/", "/receipt/")
    before = owner.visitor.page(receipt)
    assert "It stands. It was given on:" in before.text
    assert f"{owner.link}/withdraw" in [link.get("href") for link in before.elements("a")]
    owner.do("withdraw")
    after = owner.visitor.page(receipt)
    assert "It does not stand any more. It was withdrawn on:" in after.text
    assert f"{owner.link}/withdraw" not in [link.get("href") for link in after.elements("a")]
    assert "How to withdraw" not in after.text


def test_an_objection_says_what_it_is_about_by_a_code_of_the_list(app: Flask, owner: Owner) -> None:
    for wrong in ("", "my own words", "TERM"):
        answer = owner.do("object", objection=wrong)
        assert answer.status_code == 422
        assert "Choose what the objection is about" in page_of(answer).text
    assert rows(app, "SELECT * FROM requests") == []
    assert owner.do("object", objection="term").status_code == 303
    assert rows(app, "SELECT kind, objection FROM requests") == [("objection", "term")]
    assert "The data are kept longer than was stated." in owner.page().text
    assert "The data are kept longer than was stated." in owner.visitor.page("/rights").text


def test_the_names_of_the_operators_people_are_not_shown(app: Flask, owner: Owner) -> None:
    house = house_of(app)
    with app.app_context():
        who = holders.holder(db.session(), owner.secret)
        assert who is not None
        my.open_own(db.session(), who, by=By("operator:77", house.keys.site.journal, house.now))
    page = owner.page()
    assert "The Operator opened your data." in page.text
    assert "77" not in re.sub(r"\+7[\d ]+|static/\S+", "", page.text)


# --- Each act in each state -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("consent", ConsentState)
def test_what_the_state_does_not_permit_is_not_offered_and_a_post_of_it_says_why(
    app: Flask, owner: Owner, state: State, consent: ConsentState
) -> None:
    tokens = {}
    for act in OwnAct:
        form = owner.visitor.get(f"{owner.link}/{act}")
        if form.status_code == 200:
            tokens[act] = page_of(form).value("token")
    connect(app).execute("UPDATE submissions SET state = ?, consent_state = ?", (state.value, consent.value))
    standing = Standing(state, consent, mailing=True, requests=())
    refused = {act: reason for act in OwnAct if (reason := why_not_own(act, standing)) is not None}
    assert owner.offered() == {act.value for act in OwnAct} - {act.value for act in refused}
    for act, reason in refused.items():
        before = everything(app)
        for answer in (owner.send(act, tokens.get(act, "")), owner.visitor.get(f"{owner.link}/{act}")):
            assert answer.status_code == 409
            assert str(REASONS[reason]) in page_of(answer).text
            assert "Nothing was changed." in page_of(answer).text
        assert everything(app) == before


def test_a_second_click_changes_nothing_and_says_so(app: Flask, owner: Owner) -> None:
    token = owner.form("withdraw").value("token")
    assert owner.send("withdraw", token).status_code == 303
    before = everything(app)
    again = owner.send("withdraw", token)
    assert again.status_code == 409
    assert "Your consent has ended already." in page_of(again).text
    assert everything(app) == before


# --- Forms ------------------------------------------------------------------------------------------------------------


def test_opening_any_page_changes_nothing_but_the_journal_of_access(app: Flask, owner: Owner) -> None:
    submission = rows(app, "SELECT * FROM submissions")
    for act in ("", *(f"/{act}" for act in OwnAct)):
        for method in ("GET", "HEAD"):
            owner.visitor.client.open(owner.link + act, method=method, base_url="https://localhost:8443")
    assert rows(app, "SELECT * FROM submissions") == submission
    assert rows(app, "SELECT count(*) FROM requests") == [(0,)]
    acts = {act for (act,) in rows(app, "SELECT act FROM journal")}
    assert acts == {"storage", "collection", "accumulation", "access"}, "storage: the version of the statements"


@pytest.mark.parametrize("act", OwnAct)
def test_each_page_lists_what_follows_and_repeats_the_act_on_its_button(owner: Owner, act: OwnAct) -> None:
    if act is OwnAct.UNBLOCK:
        owner.do("block")
    page, words = owner.form(act), OWN_ACTS[act]
    assert page.heading == str(words.title)
    assert [button.text for button in page.elements("button")] == [str(words.button)]
    listed = [" ".join("".join(item.itertext()).split()) for item in page.elements("li")]
    assert listed[: len(words.consequences)] == [str(text) for text in words.consequences]
    assert page.source.index("Cancel: back to my data") < page.source.index("<button")


@pytest.mark.parametrize("act", sorted(set(OwnAct) - {OwnAct.UNBLOCK}))
def test_the_token_of_another_act_or_another_record_does_nothing(app: Flask, owner: Owner, act: OwnAct) -> None:
    other = Owner(Visitor(strict_client(app)), PEOPLE[0], mailing="yes")
    tokens = [
        "",
        "x",
        other.form(act).value("token"),
        owner.form("access" if act != "access" else "object").value("token"),
    ]
    before = everything(app)
    for token in tokens:
        answer = owner.send(act, token, name="Жаңа", second_name="Есім", phone="87770000000", objection="term")
        assert answer.status_code == 422
        assert page_of(answer).title.startswith("Error: ")
    assert everything(app) == before


def test_a_page_that_was_open_for_too_long_keeps_what_was_typed(app: Flask, owner: Owner, clock: FixedClock) -> None:
    token = owner.form("correct").value("token")
    clock.at = clock.at.replace(day=24)
    answer = owner.send("correct", token, name="Жаңа", second_name="Есім", phone="8 777 000 00 00")
    assert answer.status_code == 422
    page = page_of(answer)
    assert [page.value(name) for name in ("name", "second_name", "phone")] == ["Жаңа", "Есім", "8 777 000 00 00"]
    again = owner.send("correct", page.value("token"), name="Жаңа", second_name="Есім", phone="8 777 000 00 00")
    assert again.status_code == 303


def test_corrections_are_checked_as_the_form_checks_them(app: Flask, owner: Owner, person: Person) -> None:
    before = rows(app, "SELECT sealed_content FROM submissions")
    good = {"name": "Жаңа", "second_name": "Есім", "phone": "87770000000"}
    for wrong in ({"name": ""}, {"name": "<b>"}, {"second_name": "1"}, {"phone": "12"}, {"phone": "abc"}):
        answer = owner.do("correct", **{**good, **wrong})
        assert answer.status_code == 422
        assert page_of(answer).value(next(iter(wrong))) == next(iter(wrong.values()))
    same = owner.do("correct", name=person.name, second_name=person.second_name, phone=person.phone)
    assert same.status_code == 422
    assert "This is what we hold already" in page_of(same).text
    assert rows(app, "SELECT sealed_content FROM submissions") == before
    assert rows(app, "SELECT count(*) FROM changes") == [(0,)]


def test_completing_replaces_no_name_and_no_topic(app: Flask, visitor: Visitor, person: Person) -> None:
    owner = Owner(visitor, person, topic="contract")
    assert [e.get("id") for e in owner.form("complete").elements("select")] == []
    other = owner.do("complete", name="Басқа", second_name=person.second_name)
    assert other.status_code == 422
    assert "only write out the name that is there" in page_of(other).text
    owner.do("complete", name=person.name + "жан", second_name=person.second_name, topic="support")
    assert rows(app, "SELECT topic FROM submissions") == [("contract",)]


@pytest.mark.parametrize("topic", ["mailing", "nothing", "support\x00"])
def test_a_mailing_is_no_topic_to_add(app: Flask, visitor: Visitor, person: Person, topic: str) -> None:
    owner = Owner(visitor, person)
    answer = owner.do("complete", name=person.name, second_name=person.second_name, topic=topic)
    assert answer.status_code == 422
    assert rows(app, "SELECT topic, mailing FROM submissions") == [(None, 0)]


# --- The way in -------------------------------------------------------------------------------------------------------


def reference_of(app: Flask) -> str:
    return str(rows(app, "SELECT reference FROM receipts")[0][0])


def test_reference_and_secret_from_paper_open_the_page(app: Flask, owner: Owner) -> None:
    reference = reference_of(app)
    form = owner.visitor.page("/my")
    typed = {
        "token": form.value("token"),
        "reference": f" {reference[:4].lower()} {reference[4:]}",
        "secret": " ".join(owner.secret[at : at + 4] for at in range(0, 32, 4)).upper(),
    }
    answer = owner.visitor.post("/my", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, owner.link)


def test_whatever_is_wrong_the_answer_is_the_same(app: Flask, owner: Owner) -> None:
    reference, other = reference_of(app), "33333333"
    pairs = [
        (other, owner.secret),
        (reference, "a" * 32),
        (other, "a" * 32),
        (reference, ""),
        ("", ""),
        ('<b>"', "🐎" * 40),
        ("x" * 5000, "y" * 5000),
    ]
    before, token, answers = everything(app), owner.visitor.page("/my").value("token"), set()
    for given in pairs:
        answer = owner.visitor.post("/my", {"token": token, "reference": given[0], "secret": given[1]})
        assert answer.status_code == 422
        page = page_of(answer)
        assert (page.value("reference"), page.value("secret")) == given
        answers.add(re.sub(r' value="[^"]*"', "", page.source))
    assert len(answers) == 1
    assert everything(app) == before


def test_an_unknown_secret_leads_nowhere_whatever_is_asked(app: Flask, owner: Owner) -> None:
    before = everything(app)
    bodies = set()
    for secret in ("a" * 32, owner.secret.upper(), owner.secret[:-1], "x", "%00"):
        for act in ("", "/withdraw", "/correct"):
            answer = owner.visitor.get(f"/my/{secret}{act}")
            assert answer.status_code == 404
            bodies.add(page_of(answer).text)
        assert (
            owner.visitor.post(f"/my/{secret}/withdraw", {"token": owner.form("withdraw").value("token")}).status_code
            == 404
        )
    assert len(bodies) == 1
    assert owner.visitor.get(f"{owner.link}/nothing").status_code == 404
    assert everything(app) == before


def test_tries_are_limited_for_a_network(settings: Settings, clock: FixedClock, person: Person) -> None:
    app = migrated(replace(settings, my_limit="3 per minute"), clock=clock)
    visitor = Visitor(strict_client(app))
    owner = Owner(visitor, person)
    token = visitor.page("/my").value("token")
    tried = [visitor.post("/my", {"token": token, "reference": "x", "secret": "y"}).status_code for _ in range(5)]
    assert tried == [422, 422, 422, 429, 429]
    assert [visitor.get(owner.link).status_code for _ in range(5)] == [200] * 5, "the right secret is not counted"
    guessed = [visitor.get(f"/my/{'a' * 32}").status_code for _ in range(5)]
    assert guessed == [404, 404, 404, 429, 429]
    dispose(app)


@pytest.mark.parametrize(
    ("limit", "seconds", "words"),
    [
        ("1 per minute; 9 per hour", "60", "Wait a minute"),
        ("9 per minute; 1 per hour", "3600", "Try again in an hour."),
        ("1 per day", "86400", "Try again tomorrow."),
    ],
)
def test_who_is_stopped_is_told_for_how_long(
    settings: Settings, clock: FixedClock, limit: str, seconds: str, words: str
) -> None:
    app = migrated(replace(settings, my_limit=limit), clock=clock)
    visitor = Visitor(strict_client(app))
    answers = [visitor.get(f"/my/{'a' * 32}") for _ in range(2)]
    assert answers[1].headers["Retry-After"] == seconds
    assert words in page_of(answers[1]).text
    dispose(app)


def test_neither_the_secret_nor_a_name_is_ever_logged(owner: Owner, log: Log, person: Person) -> None:
    owner.page()
    owner.do("correct", name="Жаңа", second_name="Есім", phone="87770000000")
    owner.do("withdraw")
    assert log.events("request")[0]["route"] == "/my/<secret>"
    for hidden in (owner.secret, person.name, "Жаңа", "7770000000"):
        assert hidden not in log.text
    assert "\\u0416" not in log.text


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_page_opens_in_each_language(owner: Owner, another: Callable[[], Visitor], language: str) -> None:
    visitor = another()
    for path in ("/my", owner.link, *(f"{owner.link}/{act}" for act in OwnAct)):
        answer = visitor.get(f"/{language}{path}")
        assert answer.status_code in {200, 409}
        assert page_of(answer).root.get("lang") == language
