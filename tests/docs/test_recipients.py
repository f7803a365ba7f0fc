"""The examples of docs/recipients.md are tried: they open what the site seals and check what it signs."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage

from kelisim.domain.webhooks import headers, secret_to_text
from kelisim.vault.age import is_age_key, seal_for

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "recipients.md").read_text(encoding="utf-8")
SECRET = bytes(range(32))
AT = datetime(2026, 12, 11, 7, 0, tzinfo=UTC)
BODY = '{"data":{"person":{"name":"Айнұр"}}}'.encode()


def examples() -> dict[str, Any]:
    """What the Python of the document defines."""
    found: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(block, found)  # noqa: S102  # the document is ours, and this is what it is for
    return found


def test_a_file_opens_with_the_key_that_age_keygen_makes() -> None:
    identity = pyrage.x25519.Identity.generate()
    assert str(identity).startswith("AGE-SECRET-KEY-1")
    content = seal_for(str(identity.to_public()), BODY)
    assert examples()["open_file"](content, str(identity)) == json.loads(BODY)


def test_only_a_genuine_fresh_message_is_taken() -> None:
    is_genuine, signed = examples()["is_genuine"], dict(headers(SECRET, "1", AT, BODY))
    secret, now = secret_to_text(SECRET), AT.timestamp()
    assert is_genuine(secret, signed, BODY, now + 299)
    assert is_genuine(secret, {**signed, "webhook-signature": f"v1,other {signed['webhook-signature']}"}, BODY, now)
    assert not is_genuine(secret, signed, BODY + b" ", now)
    assert not is_genuine(secret, {**signed, "webhook-id": "2"}, BODY, now)
    assert not is_genuine(secret, signed, BODY, now + 301)
    assert not is_genuine(secret_to_text(bytes(32)), signed, BODY, now)


def test_a_key_is_taken_only_as_age_keygen_prints_it() -> None:
    key = str(pyrage.x25519.Identity.generate().to_public())
    assert is_age_key(key)
    for wrong in ("", key.upper(), key[:-1], f"{key} ", key[:-1] + ("q" if key[-1] != "q" else "p"), "age1жұмыс"):
        assert not is_age_key(wrong)
