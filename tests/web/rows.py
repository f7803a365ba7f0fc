"""Looking into the SQLite file behind the application's back."""

import sqlite3
from contextlib import closing

from flask import Flask

from kelisim.web.house import House


def house_of(app: Flask) -> House:
    """What the views of this application share."""
    found = app.extensions["kelisim"]
    assert isinstance(found, House)
    return found


def connect(app: Flask) -> sqlite3.Connection:
    """A connection of the test's own."""
    return sqlite3.connect(house_of(app).settings.instance / "kelisim.sqlite3", isolation_level=None)


def rows(app: Flask, query: str) -> list[tuple]:
    """The rows of a query."""
    with closing(connect(app)) as connection:
        return connection.execute(query).fetchall()


def count(app: Flask, table: str) -> int:
    """How many rows a table has."""
    return int(rows(app, f"SELECT count(*) FROM {table}")[0][0])


def everything(app: Flask) -> list[str]:
    """Every row of every table: what must stay as it is when a request is refused."""
    with closing(connect(app)) as connection:
        return list(connection.iterdump())
