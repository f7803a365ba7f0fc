"""Sending to a real HTTPS server: one that takes it, and those that hang, refuse, redirect, lie or are not there."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kelisim.domain.webhooks import Outcome, Target, headers
from kelisim.serve.certificates import Files
from kelisim.services.webhooks import Reach, send
from tests.support.patience import PATIENCE_SECONDS
from tests.support.peer import HOST, LOOPBACK, Peer, answered, certificates, serving

BODY = json.dumps({"type": "kelisim.transfer"}).encode()
SECRET = bytes(range(32))
AT = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return certificates(tmp_path_factory.mktemp("peer"))


@pytest.fixture
def peer(files: Files) -> Iterator[Peer]:
    with serving(files, answered("204 No Content")) as found:
        yield found


def sent(
    peer: Peer, reach: Reach | None = None, target: Target | None = None, seconds: float = PATIENCE_SECONDS
) -> Outcome:
    signed = headers(SECRET, "1", AT, BODY)
    return send(target or peer.target, BODY, signed, seconds=seconds, reach=reach or peer.reach)


def test_it_arrives_whole_signed_and_the_name_is_looked_up_once(peer: Peer) -> None:
    assert sent(peer) is Outcome.DELIVERED
    ((found, body),) = peer.requests
    assert body == BODY
    assert found[""] == "POST /in?from=kelisim HTTP/1.1"
    assert found["host"] == f"{HOST}:{peer.port}"
    assert found["content-type"] == "application/json"
    assert {name: found[name] for name in headers(SECRET, "1", AT, BODY)} == headers(SECRET, "1", AT, BODY)
    assert peer.looked_up == [HOST]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answered("500 Internal Server Error"), Outcome.REFUSED),
        (answered("401 Unauthorized"), Outcome.REFUSED),
        (answered("410 Gone"), Outcome.GONE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + b"x" * 100, Outcome.DELIVERED),
        (b"HELLO\r\n\r\n", Outcome.BROKEN_ANSWER),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", Outcome.BROKEN_ANSWER),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", Outcome.BROKEN_ANSWER),
    ],
    ids=["500", "401", "410", "endless body", "no HTTP", "many headers", "long header"],
)
def test_what_comes_of_an_answer(files: Files, answer: bytes, outcome: Outcome) -> None:
    with serving(files, answer) as peer:
        assert sent(peer) is outcome


def test_no_redirect_is_followed(files: Files, peer: Peer) -> None:
    with serving(files, answered("307 Temporary Redirect", f"Location: {peer.address}\r\n")) as first:
        assert sent(first) is Outcome.REDIRECT
    assert peer.requests == []


@pytest.mark.parametrize("habit", ["hang", "drip"])
def test_one_moment_ends_it_whatever_the_peer_does(files: Files, habit: str) -> None:
    with serving(files, habit=habit) as peer:
        assert sent(peer, seconds=0.6) is Outcome.TIMEOUT


def test_a_peer_that_cuts_the_line_or_speaks_no_tls_gets_nothing(files: Files) -> None:
    for habit in ("drop", "plain"):
        with serving(files, answered("200 OK"), habit) as peer:
            assert sent(peer) is Outcome.NO_CONNECTION
            assert peer.requests == []


def test_a_certificate_is_checked_for_its_name_and_its_authority(peer: Peer, tmp_path: Path) -> None:
    other_name = replace(peer.target, host="other.example")
    assert sent(peer, target=other_name) is Outcome.BAD_CERTIFICATE
    foreign = certificates(tmp_path / "foreign").authority
    assert sent(peer, replace(peer.again(), authority=foreign)) is Outcome.BAD_CERTIFICATE
    assert sent(peer, replace(peer.again(), authority=None)) is Outcome.BAD_CERTIFICATE
    assert peer.requests == []


def test_without_its_network_allowed_no_private_address_is_reached(peer: Peer) -> None:
    assert sent(peer, replace(peer.reach, networks=())) is Outcome.PRIVATE_ADDRESS
    mixed = [("8.8.8.8", peer.port), ("127.0.0.1", peer.port)]

    def look_up(*_asked: object, **_options: object) -> list[tuple]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in mixed]

    assert sent(peer, Reach(authority=peer.files.authority, look_up=look_up)) is Outcome.PRIVATE_ADDRESS
    for host in ("127.0.0.1", "localhost", "::1", "169.254.169.254", "2130706433"):
        outcome = sent(peer, Reach(authority=peer.files.authority), replace(peer.target, host=host))
        assert outcome in {Outcome.PRIVATE_ADDRESS, Outcome.NO_ADDRESS}
    assert peer.requests == []


def test_who_is_not_there_is_said(files: Files) -> None:
    with serving(files) as peer:
        pass
    assert sent(peer) is Outcome.NO_CONNECTION

    def look_up(*_asked: object, **_options: object) -> list[tuple]:
        raise socket.gaierror

    assert sent(peer, Reach(networks=LOOPBACK, look_up=look_up)) is Outcome.NO_ADDRESS
