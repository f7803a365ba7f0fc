"""The filter of the journal, as it stands in the address."""

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import Field, Form, SelectField, StringField, ValidationError

from kelisim.domain.acts import Act
from kelisim.services.journal_reading import Sought
from kelisim.web.forms import sent_once
from kelisim.web.journal_words import ROLES
from kelisim.web.operator.request_forms import chosen, day_of
from kelisim.web.words import ACTS


def a_day_or_none(form: Form, field: Field) -> None:
    """A day, said once, or nothing."""
    sent_once(form, field)
    if (field.data or "").strip():
        day_of(field)


class JournalForm(Form):
    """What is looked for. It is sent as a GET and changes nothing: it carries no token."""

    act = SelectField(lazy_gettext("Act"), validators=[chosen], validate_choice=False, default="")
    actor = SelectField(lazy_gettext("Who"), validators=[chosen], validate_choice=False, default="")
    reference = StringField(lazy_gettext("Reference"), validators=[sent_once])
    since = StringField(lazy_gettext("From day"), validators=[a_day_or_none])
    until = StringField(lazy_gettext("Up to day"), validators=[a_day_or_none])

    def __init__(self, names: dict[int, str]) -> None:
        super().__init__(request.args)
        everyone = gettext("everyone")
        operators = [(f"operator:{number}", name) for number, name in sorted(names.items())]
        self.act.choices = [("", gettext("all acts")), *((act.value, str(ACTS[act])) for act in Act)]
        self.actor.choices = [("", everyone), *((role, str(words)) for role, words in ROLES.items()), *operators]

    def validate_until(self, field: Field) -> None:
        """Not before the first day."""
        if not self.since.errors and self._day(self.since) and field.data and day_of(field) < day_of(self.since):
            raise ValidationError(gettext("The last day is before the first: choose a later one"))

    @property
    def sought(self) -> Sought:
        """What a valid form looks for."""
        return Sought(
            act=Act(self.act.data) if self.act.data else None,
            actor=self.actor.data or "",
            reference=(self.reference.data or "").strip().upper(),
            since=self._day(self.since),
            until=self._day(self.until),
        )

    @property
    def parts(self) -> dict[str, Any]:
        """What narrows, as arguments of ``url_for``."""
        return {field.name: field.data for field in self if field.data}

    def words(self, name: str) -> str:
        """What a part that narrows says, in words."""
        field = self[name]
        if not isinstance(field, SelectField):
            return str(field.data)
        said = (str(words) for value, words, *_ in field.iter_choices() if value == field.data)
        return next(said, str(field.data))

    def _day(self, field: Field) -> date | None:
        return day_of(field) if (field.data or "").strip() else None
