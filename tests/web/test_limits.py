"""Limits that several workers and hosts count together in Redis, and what happens while it is away."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from kelisim.settings import Settings
from tests.conftest import FixedClock, dispose, migrated
from tests.support.redis import RedisServer
from tests.support.visitor import Visitor
from tests.web.conftest import Log, strict_client

WAIT_SECONDS = 60.0
# A name of its own for each try: the pause after wrong sign-ins is for a name, and is another wall.
_NUMBERS = itertools.count()


@pytest.fixture
def hosts(settings: Settings, clock: FixedClock, redis: RedisServer) -> Iterator[list[Visitor]]:
    """The same visitor at two hosts that share one Redis."""
    limited = replace(settings, redis_url=redis.url, sign_in_limit="4 per day", my_limit="4 per day")
    apps: list[Flask] = [migrated(limited, clock=clock) for _ in range(2)]
    yield [Visitor(strict_client(app)) for app in apps]
    for app in apps:
        for limiter in app.extensions["limiter"]:
            limiter._storage.storage.connection_pool.disconnect()
        dispose(app)


def wrong_sign_in(visitor: Visitor) -> int:
    token = visitor.page("/operator/sign-in").value("token")
    return visitor.post(
        "/operator/sign-in", {"token": token, "name": f"nobody {next(_NUMBERS)}", "password": "x"}
    ).status_code


def wrong_secret(visitor: Visitor) -> int:
    return visitor.get(f"/my/{'A' * 32}").status_code


def test_hosts_count_together(hosts: list[Visitor]) -> None:
    one, two = hosts
    assert [wrong_sign_in(host) for host in (one, two, one, two, one, two)] == [401, 401, 401, 401, 429, 429]
    assert [wrong_secret(host) for host in (one, two, one, two, one, two)] == [404, 404, 404, 404, 429, 429]


def test_while_redis_is_away_each_counts_by_itself_and_nobody_meets_a_fault(
    hosts: list[Visitor], redis: RedisServer, log: Log
) -> None:
    one, two = hosts
    assert wrong_sign_in(one) == 401
    redis.stop()
    assert [wrong_secret(one) for _ in range(6)][-1] == 429
    assert [wrong_sign_in(one) for _ in range(5)] == [401, 401, 401, 401, 429]
    assert [wrong_sign_in(two) for _ in range(2)] == [401, 401], "the other host counts by itself"
    away = log.events("limits")
    assert {line["store"] for line in away} == {"away: each worker counts"}
    assert redis.url not in log.text
    assert log.events("fault") == []


def test_when_redis_is_back_hosts_count_together_again(hosts: list[Visitor], redis: RedisServer, log: Log) -> None:
    one, two = hosts
    redis.stop()
    assert [wrong_sign_in(host) for host in (one, two)] == [401, 401]
    redis.start()
    end = time.monotonic() + WAIT_SECONDS
    while len([line for line in log.events("limits") if line["store"] == "back"]) < 2:
        assert time.monotonic() < end
        wrong_sign_in(one), wrong_sign_in(two)
        time.sleep(0.1)
    while wrong_sign_in(one) != 429:
        assert time.monotonic() < end
    assert wrong_sign_in(two) == 429
