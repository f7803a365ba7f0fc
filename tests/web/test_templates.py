"""Templates get page values and nothing else, escape everything, and link to what is there."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import meta, nodes
from jinja2.exceptions import UndefinedError

from kelisim.core import ROOT

TEMPLATES = sorted(path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html"))
# Flask gives these to every template: a page that used them would know the request, the settings or the session.
FORBIDDEN = {"config", "request", "session", "g", "current_app", "get_flashed_messages", "url_for"}


def parsed(app: Flask, name: str) -> nodes.Template:
    return app.jinja_env.parse((ROOT / "templates" / name).read_text(encoding="utf-8"))


def filters(tree: nodes.Template, name: str) -> Iterator[nodes.Filter]:
    return (node for node in tree.find_all(nodes.Filter) if node.name == name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_knows_its_page_values_alone(app: Flask, name: str) -> None:
    assert not meta.find_undeclared_variables(parsed(app, name)) & FORBIDDEN


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_but_a_constant_is_called_safe(app: Flask, name: str) -> None:
    tree = parsed(app, name)
    assert all(isinstance(node.node, nodes.Const) for node in filters(tree, "safe"))
    assert list(tree.find_all(nodes.ScopedEvalContextModifier)) == [], "escaping is never switched off"


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_a_script_a_style_or_a_foreign_address(name: str) -> None:
    source = (ROOT / "templates" / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_every_template_is_checked_and_can_be_read(app: Flask) -> None:
    assert "base.html" in TEMPLATES
    assert "operator/submissions/record.html" in TEMPLATES
    for name in TEMPLATES:
        app.jinja_env.get_template(name)


def test_a_name_a_template_does_not_know_is_a_fault(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ missing }}").render()


def test_everything_is_escaped(app: Flask) -> None:
    assert app.select_jinja_autoescape("base.html")
