"""A browser that has answered about cookies, for the pages that are measured with cookies."""

import re
from http.client import HTTPSConnection
from urllib.parse import urlencode

from bench import BenchError
from bench.load import Place, trusting

_TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')
_VISIT = "__Host-visit="


def cookies(place: Place, *, statistics: str) -> str:
    """The cookies of a browser with a yes to all but statistics, and to statistics the answer given."""
    token = _TOKEN.findall(_ask(place, "GET", "/cookies")[1])[-1]
    answer = {"answer": "choose", "token": token, "next": "/", "convenience": "yes", "address": "yes"}
    found = _ask(place, "POST", "/cookies", urlencode({**answer, "statistics": statistics}))[0]
    if statistics == "yes":
        found += _ask(place, "GET", "/consent", cookies="; ".join(found))[0]
    if any(cookie.startswith(_VISIT) for cookie in found) != (statistics == "yes"):
        raise BenchError(f"statistics: {statistics}, and the cookies are {[c.partition('=')[0] for c in found]}")
    return "; ".join(found)


def _ask(place: Place, method: str, path: str, body: str = "", cookies: str = "") -> tuple[list[str], str]:
    """The cookies an answer sets, and its text."""
    connection = HTTPSConnection("127.0.0.1", place.port, context=trusting(), timeout=20)
    headers = {
        "Host": f"localhost:{place.port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        **({"Cookie": cookies} if cookies else {}),
    }
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    lines = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return [line.partition(";")[0] for line in lines if "Max-Age=0" not in line], text
