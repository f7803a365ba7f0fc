"""Static files: packed for who unpacks, kept for good under their version, under the same walls as pages."""

import gzip

import pytest

from kelisim.core import ROOT
from tests.support.visitor import Visitor

NAMES = [path.name for path in (ROOT / "static").iterdir()]


def versioned(visitor: Visitor, name: str) -> str:
    source = visitor.get("/operator/sign-in").get_data(as_text=True)
    return next(part.split('"')[0] for part in source.split('="') if part.startswith(f"/static/{name}?v="))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_as_it_is_or_packed(visitor: Visitor, name: str) -> None:
    content = (ROOT / "static" / name).read_bytes()
    assert visitor.get(f"/static/{name}").data == content
    packed = visitor.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == content


def test_its_versioned_address_may_be_kept_for_good_and_another_for_an_hour(visitor: Visitor) -> None:
    assert visitor.get(versioned(visitor, "site.css")).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for address in ("/static/site.css", "/static/site.css?v=old"):
        assert visitor.get(address).headers["Cache-Control"] == "public, max-age=3600"


def test_what_the_browser_has_is_not_sent_again(visitor: Visitor) -> None:
    for encoding in ("identity", "gzip"):
        first = visitor.get("/static/site.css", headers={"Accept-Encoding": encoding})
        again = visitor.get(
            "/static/site.css", headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
    assert first.headers["ETag"] != visitor.get("/static/site.css").headers["ETag"]


@pytest.mark.parametrize("name", ["nothing.css", "../pyproject.toml", "..%2Fpyproject.toml", "%00", ""])
def test_nothing_else_is_served(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404
