"""A method that no page needs is refused."""

from tests.support.visitor import ORIGIN, Visitor


def test_trace_and_its_like_are_refused(visitor: Visitor) -> None:
    for path in ("/", "/operator/sign-in", "/static/site.css"):
        for method in ("TRACE", "PUT", "DELETE", "PATCH"):
            answer = visitor.client.open(path, method=method, base_url=ORIGIN, data=b"x" if method != "TRACE" else None)
            assert answer.status_code in {405, 411}, (method, path)
