"""More slow forms than half of the threads: visitors are served meanwhile, and who dawdles is cut."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.https.wire import FORM, connection, request, send_all
from tests.support.people import PEOPLE
from tests.support.server import Server, filled, running

_FORM = FORM.decode().strip()
_THREADS, _SLOW = 8, 6
_CUT_SECONDS = 60.0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Server]:
    """A server with few threads."""
    with running(Server(tmp_path_factory.mktemp("narrow"), tls_of=server, threads=_THREADS)) as started:
        yield started


def test_bodies_a_byte_at_a_time_hold_nobody_up_and_are_cut(narrow: Server) -> None:
    head = request("POST", "/", _FORM, "Content-Length: 5000")
    with ExitStack() as stack, narrow.client() as client:
        fields = filled(client, PEOPLE[0])
        slow = [stack.enter_context(connection(narrow)) for _ in range(_SLOW)]
        for one in slow:
            one.sendall(head)
        assert client.post("/", data=fields).status_code == 303, "a visitor is served meanwhile"
        living, end = list(slow), time.monotonic() + _CUT_SECONDS
        while living:
            assert time.monotonic() < end, f"{len(living)} of {_SLOW} still hold a thread"
            for one in list(living):
                try:
                    one.sendall(b"a")
                except OSError:
                    living.remove(one)
            time.sleep(0.5)
        assert client.get("/consent").status_code == 200


def test_a_form_that_comes_in_two_parts_is_taken(narrow: Server) -> None:
    with narrow.client() as client:
        fields = filled(client, PEOPLE[1])
    body = "&".join(f"{name}={value}" for name, value in fields.items() if name != "phone").encode()
    with connection(narrow, seconds=30.0) as secure:
        secure.sendall(request("POST", "/", _FORM, f"Content-Length: {len(body)}"))
        time.sleep(0.3)
        secure.sendall(body[:20])
        time.sleep(0.3)
        send_all(secure, body[20:])
        assert secure.recv(12) == b"HTTP/1.1 422", "read to its end: the phone is missing"
