"""The forms of incidents."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from enum import StrEnum

from flask_babel import gettext, lazy_gettext
from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError

from kelisim.domain.consents import Category
from kelisim.domain.deadlines import local_moment
from kelisim.domain.incidents import Facts, IncidentKind, Measure, Outcome
from kelisim.web.forms import sent_once
from kelisim.web.house import house
from kelisim.web.incident_words import INCIDENT_PROBLEMS, KINDS, MEASURES, OUTCOMES
from kelisim.web.operator.request_forms import DeskForm, a_day, chosen, day_of
from kelisim.web.words import CATEGORIES, Words

_MOST_DIGITS = 9
_NUMBER_LENGTH = 80


def each_listed(_form: DeskForm, field: SelectMultipleField) -> None:
    """Any of the list, each once."""
    listed = {value for value, *_ in field.iter_choices()}
    if not set(field.data or ()) <= listed or len(field.data or ()) != len(set(field.data or ())):
        raise ValidationError(gettext("Choose from the list"))


def short_enough(form: DeskForm, field: Field) -> None:
    """A note, once, not longer than it may be."""
    sent_once(form, field)
    most = house().settings.incident_note_length
    if len(field.data or "") > most:
        raise ValidationError(gettext("Shorten it to %(num)s signs", num=most))


class _WithMeasures(DeskForm):
    measures = SelectMultipleField(
        lazy_gettext("What was done about it"), validators=[each_listed], validate_choice=False
    )
    note = TextAreaField(
        lazy_gettext("In short, about the event (optional)"),
        description=lazy_gettext(
            "What happened and what follows. This is about the event, never about a person: write no name, no phone "
            "number, no reference."
        ),
        validators=[short_enough],
    )
    categories = SelectMultipleField(lazy_gettext("Which data"), validators=[each_listed], validate_choice=False)
    persons = StringField(
        lazy_gettext("How many persons"),
        description=lazy_gettext("0 while it is not known; add the number later."),
        validators=[sent_once],
    )

    def __init__(self) -> None:
        super().__init__()
        self.measures.choices = _listed(Measure, MEASURES)
        self.categories.choices = _listed(Category, CATEGORIES)

    @property
    def done(self) -> tuple[Measure, ...]:
        """The measures of a valid form."""
        return tuple(Measure(code) for code in self.measures.data or ())

    @property
    def said(self) -> str:
        """The note of a valid form."""
        return " ".join((self.note.data or "").split())

    def _facts(self) -> Facts:
        text = (self.persons.data or "").strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else -1
        return Facts(tuple(Category(code) for code in self.categories.data or ()), number)


class IncidentForm(_WithMeasures):
    """What happened."""

    kind = SelectField(lazy_gettext("What happened"), validators=[chosen], validate_choice=False)
    day = StringField(
        lazy_gettext("Day it was found"),
        description=lazy_gettext(
            "The term to tell the authority counts from this day, not from the day it is entered."
        ),
        validators=[a_day],
    )
    hour = StringField(lazy_gettext("Time it was found, in Almaty"), validators=[sent_once])

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = _listed(IncidentKind, KINDS)

    def validate_hour(self, field: Field) -> None:
        """A time as a browser sends it."""
        _hour(field)

    @property
    def found_at(self) -> datetime:
        """The moment, UTC, of a valid form."""
        return local_moment(day_of(self.day), _hour(self.hour)).astimezone(UTC)

    @property
    def facts(self) -> Facts:
        """What is known. Raises IncidentProblem."""
        return self._facts()


class AddForm(_WithMeasures):
    """What was done since, and what became known."""

    @property
    def facts(self) -> Facts | None:
        """What became known; None where nothing is said of it. Raises IncidentProblem."""
        return self._facts() if self.categories.data or (self.persons.data or "").strip() else None


class NotifyForm(DeskForm):
    """The authority was told."""

    told_on = StringField(lazy_gettext("Day the authority was told"), validators=[a_day])
    number = StringField(lazy_gettext("Number the authority gave (optional)"), validators=[sent_once])

    def validate_number(self, field: Field) -> None:
        """Not longer than such a number is."""
        if len(field.data or "") > _NUMBER_LENGTH:
            raise ValidationError(gettext("Shorten it to %(num)s signs", num=_NUMBER_LENGTH))


class CloseForm(DeskForm):
    """How it ends."""

    outcome = RadioField(lazy_gettext("How it ends"), validators=[chosen], validate_choice=False)

    def __init__(self) -> None:
        super().__init__()
        self.outcome.choices = _listed(Outcome, OUTCOMES)


def show(forms: Iterable[DeskForm], code: str) -> None:
    """Put what the service refused beside its field, or above the form."""
    fields = {"found": "day", "categories": "categories", "persons": "persons", "told_on": "told_on",
              "outcome": "outcome", "empty": "measures"}  # fmt: skip  # one glance
    words = [str(INCIDENT_PROBLEMS[code])]
    for form in forms:
        if fields.get(code) in form:
            form[fields[code]].errors = words
            return
    next(iter(forms)).form_errors.extend(words)


def _hour(field: Field) -> time:
    try:
        return datetime.strptime((field.data or "").strip(), "%H:%M").time()  # noqa: DTZ007  # an hour has no zone
    except ValueError:
        raise ValidationError(gettext("Write the time as 14:30")) from None


def _listed(codes: Iterable[StrEnum], words: Words) -> list[tuple[str, str]]:
    return [(code.value, str(words[code])) for code in codes]
