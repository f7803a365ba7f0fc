"""What the documents for the three readers, the tour and the README name is there: files, commands, settings, pages."""

import re
from functools import cache
from pathlib import Path

import click
import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from kelisim.core import ROOT
from kelisim.settings import described

NAMES = ("README.md", "docs/operator.md", "docs/administrator.md", "docs/developer.md", "docs/tour.md")
PLACES = (ROOT, ROOT / "site" / "kelisim")
# What one installation owns, and no part of the project.
INSTANCE = ("settings.toml", "instance/")
SETTINGS = {entry.name for entry in described()}
CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"(?:^ {4,}\S.*\n?)+", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)|src(?:set)?=\"([^\"]+)\"")
FLASK = re.compile(r"(?:^|[\s/;])flask ((?:[a-z][a-z-]* ?)+)(--[a-z-]+)?")
MAKE = re.compile(r"^make ([a-z]+)")
# A setting; other names of this form are those of functions in the code.
SETTING = re.compile(r"^([a-z]+(?:_[a-z]+)+)$")
ADDRESS = re.compile(r"^/(?!var/|etc/|opt/|work/)[\w./<>-]*$")
FILE = re.compile(r"^[\w.@-]+(?:/[\w.@-]+)*(?:/|\.(?:py|md|txt|toml|html|css|js|svg))$")
# A name a reader puts their own in the place of.
OWN = re.compile(r"NOUN|CODE|NAME|FILE")
CONSTANT = re.compile(r"^_?[A-Z][A-Z_]+$|^[A-Z][a-z]+(?:[A-Z][a-z]+)+$")
VALUE = re.compile(r"^([a-z_]+) = ")
DEFINED = re.compile(r"^ *def (\w+)", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def said(name: str) -> list[str]:
    """What stands as code: between backticks, or in a block."""
    text = read(name)
    lines = [line.split("#")[0].strip() for block in BLOCK.findall(text) for line in block.splitlines()]
    return [*CODE.findall(text), *(line for line in lines if line.startswith((".venv/bin/flask ", "make ")))]


@cache
def sources() -> tuple[str, ...]:
    """The code and its tests."""
    found = (path for folder in ("site", "tests") for path in (ROOT / folder).rglob("*.py"))
    return tuple(path.read_text(encoding="utf-8") for path in found)


def defined() -> set[str]:
    """The names of all functions."""
    return {name for source in sources() for name in DEFINED.findall(source)}


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as they are made where it is shown."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    for target, heading, picture in LINK.findall(read(name)):
        path = (ROOT / name).parent / (target or picture) if target or picture else ROOT / name
        assert path.exists(), target or picture
        assert not heading or heading in anchors(path), f"{target}#{heading}"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_one_of_the_applications(app: Flask, name: str) -> None:
    for code in said(name):
        for words, option in FLASK.findall(code):
            command: click.Command = app.cli
            for word in words.split():
                if not isinstance(command, click.Group):
                    break
                found = command.get_command(click.Context(command), word)
                assert found is not None, code
                command = found
            assert not option or any(option in known.opts for known in command.params), code


@pytest.mark.parametrize("name", NAMES)
def test_every_target_is_one_of_the_makefiles(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert {found[1] for code in said(name) if (found := MAKE.match(code))} <= targets


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_one_of_the_settings(name: str) -> None:
    named = {found[1] for code in said(name) if (found := SETTING.match(code))}
    valued = {found[1] for code in said(name) if (found := VALUE.match(code))}
    assert valued - SETTINGS == set()
    assert named - SETTINGS - defined() == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_code_is_in_it(name: str) -> None:
    named = {code for code in said(name) if CONSTANT.match(code) and not OWN.search(code)}
    assert {code for code in named if not any(re.search(rf"\b{code}\b", source) for source in sources())} == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_there(name: str) -> None:
    for code in said(name):
        if FILE.match(code) and not code.startswith(INSTANCE) and not OWN.search(code):
            assert any((place / code).exists() for place in PLACES), code


@pytest.mark.parametrize("name", NAMES)
def test_every_address_is_a_page(app: Flask, name: str) -> None:
    adapter = app.url_map.bind("localhost")
    assert [code for code in said(name) if ADDRESS.match(code) and not leads(adapter, code)] == []


def leads(adapter: MapAdapter, path: str) -> bool:
    """True where a route of any method takes the path."""
    try:
        adapter.match(path)
    except RequestRedirect:
        return True
    except HTTPException as problem:
        return problem.code == 405
    return True
