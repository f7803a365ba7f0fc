"""Asking the Redis server that counts the limits whether it is there."""

from enum import StrEnum

_PATIENCE_SECONDS = 5


class StoreFault(StrEnum):
    """Why it cannot count."""

    AWAY = "away"
    LOGIN = "login"


def fault_of(redis_url: str) -> StoreFault | None:
    """None where it answers. What went wrong is not said in the library's words: they may hold the address's password."""
    from redis import Redis  # noqa: PLC0415  # most sites have none, and do not carry its library
    from redis.exceptions import AuthenticationError, RedisError  # noqa: PLC0415  # as above

    try:
        with Redis.from_url(
            redis_url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS
        ) as it:
            it.ping()
    except AuthenticationError:
        return StoreFault.LOGIN
    except (RedisError, OSError, ValueError):
        return StoreFault.AWAY
    return None
