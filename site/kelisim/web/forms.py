"""The forms' common ground: public forms with a token instead of a session, fields that take exactly one value."""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField

from kelisim.web.form_tokens import FormTokens, Opened
from kelisim.web.house import house
from kelisim.web.kept_pages import note_token
from kelisim.web.pages import ErrorLine

TICKED = "yes"


class OneBody:
    """Only what a form sends is read: no JSON, no files, whatever the content type claims."""

    def wrap_formdata(self, form: Form, formdata: Any) -> Any:
        """Flask-WTF's hook: the body of a POST, nothing for a GET."""
        return request.form if request.method == "POST" else None


class FormTokenCSRF(CSRF):
    """WTForms' CSRF by the form's own token."""

    form: "PublicForm"

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """The token that was sent, while it is good; else a fresh one."""
        return self.form.token_to_show()

    def setup_form(self, form: Any) -> Any:
        """Keep the form: its token depends on what was sent."""
        self.form = form
        return super().setup_form(form)

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        """Refuse a token that is missing, foreign or too old."""
        if not form.token_is_good:
            raise ValidationError(gettext("This page was open for too long. Check what you typed and send it again."))


class PublicForm(FlaskForm):
    """A form that needs no cookie. ``purpose`` names it in its token."""

    purpose: ClassVar[str]

    class Meta(OneBody, FlaskForm.Meta):
        csrf = True
        csrf_class = FormTokenCSRF
        csrf_field_name = "token"

    @cached_property
    def tokens(self) -> FormTokens:
        """The tokens of this kind of form."""
        return form_tokens(self.purpose)

    @cached_property
    def opened(self) -> Opened | None:
        """The token that was sent, if its signature holds, however old it is."""
        return self.tokens.read(request.form.get("token", "")) if request.method == "POST" else None

    @property
    def about(self) -> bytes:
        """What the form was shown with; a token made for something else is not good any more."""
        return b""

    @property
    def token_is_good(self) -> bool:
        """True for a token of this form, not too old."""
        return self.opened is not None and is_fresh(self.opened)

    def token_to_show(self) -> str:
        """The same token again after an error, so that a repeated send is known; a fresh one where it is not good."""
        if self.opened is not None and self.token_is_good and self.opened.about == self.about:
            return request.form["token"]
        return issue_token(self.purpose, self.about)


class TickField(BooleanField):
    """A box. Ticked means exactly one ``yes``; anything else is not a tick."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the one value."""
        self.data = valuelist == [TICKED]


def form_tokens(purpose: str) -> FormTokens:
    """The tokens of one kind of form in this house."""
    return FormTokens(house().keys.site.form_token, purpose, house().clock)


def is_fresh(opened: Opened) -> bool:
    """True for a token that was made not too long ago, and not in the future."""
    return timedelta(0) <= opened.age + timedelta(seconds=1) <= timedelta(hours=house().settings.form_hours)


def issue_token(purpose: str, about: bytes = b"") -> str:
    """A fresh token for a form on the page being rendered."""
    tokens, randomness = form_tokens(purpose), house().randomness
    return note_token(tokens.issue(randomness, about), lambda: tokens.issue(randomness, about))


def sent_once(_form: object, field: Field) -> None:
    """Refuse a field that came twice: which one was meant cannot be known (ASVS 15.3.7)."""
    if field.raw_data is not None and len(field.raw_data) > 1:
        raise ValidationError(gettext("This field came twice. Fill it in once."))


def error_lines(form: Form) -> tuple[ErrorLine, ...]:
    """The first problem of each field, in the order of the form, for the summary. A token leads to no field."""
    return tuple(
        ErrorLine("" if isinstance(field, CSRFTokenField) else field.id, str(field.errors[0]))
        for field in form
        if field.errors
    )


def typed(name: str) -> str:
    """A field of the sent form as text, empty where it is not there."""
    body: MultiDict[str, str] = request.form
    return body.get(name, "")
