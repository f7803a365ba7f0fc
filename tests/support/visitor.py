"""A person at the site: opens pages over HTTPS and sends the forms that are on them."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.pages import Page, read_page
from tests.support.people import Person

ORIGIN = "https://localhost:8443"


class Visitor:
    """Works through Flask's test client: a real application, a real database, no socket."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **arguments: object) -> TestResponse:
        """GET over HTTPS."""
        return self.client.get(path, base_url=ORIGIN, **arguments)

    def post(self, path: str, data: object, **arguments: object) -> TestResponse:
        """POST over HTTPS, as a browser on the site would send it."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN, **arguments.pop("headers", {})}  # type: ignore[dict-item]  # headers is a dict where it is given
        return self.client.post(path, base_url=ORIGIN, data=data, headers=headers, **arguments)

    def page(self, path: str) -> Page:
        """A page that must be there and be whole."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.status
        return read_page(answer.get_data(as_text=True))

    def filled(self, person: Person, **others: str) -> dict[str, str]:
        """The fields of the form on a freshly opened page."""
        return {
            "token": self.page("/").value("token", -1),
            "website": "",
            "name": person.name,
            "second_name": person.second_name,
            "phone": person.phone,
            "topic": "",
            "consent": "yes",
            **others,
        }

    def send(self, person: Person, **others: str) -> TestResponse:
        """Open the form, fill it in, send it."""
        return self.post("/", self.filled(person, **others))
