"""The yardstick of pages: the least that Flask can do."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A word."""
    return "Hello"


def load() -> Flask:
    """The WSGI application, as the server's worker asks for it."""
    return app
