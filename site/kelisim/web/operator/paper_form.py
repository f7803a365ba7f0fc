"""The form by which an operator enters a consent signed on paper."""

from collections.abc import Set
from datetime import date, timedelta
from functools import cached_property

from flask_babel import gettext, lazy_gettext
from wtforms import Field, SelectField, StringField, ValidationError

from kelisim.domain.deadlines import local_day
from kelisim.domain.documents import Document, Kind
from kelisim.domain.languages import LANGUAGES
from kelisim.domain.papers import (
    Paper,
    PaperPlace,
    PaperProblem,
    Signed,
    inventory_number,
    names_person,
    signed_under,
)
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import Draft, PersonalData
from kelisim.web.dates import day_words
from kelisim.web.form_tokens import Opened
from kelisim.web.forms import TickField, form_tokens, sent_once, typed
from kelisim.web.house import house
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.operator.request_forms import DeskForm, a_day, chosen, day_of
from kelisim.web.paper_words import PROBLEMS
from kelisim.web.personal_fields import PersonalFields, parsed_name, parsed_phone
from kelisim.web.topic_fields import TopicFields, topic_choices
from kelisim.web.words import PAPER_PLACES

_ENTRY = "paper"


class PaperConsentForm(PersonalFields, TopicFields, DeskForm):
    """The three fields, topic and mailing as on the paper; the day, the text and the place of the paper."""

    name = StringField(lazy_gettext("Name"))
    second_name = StringField(lazy_gettext("Second name"))
    phone = StringField(lazy_gettext("Phone number"))
    topic = SelectField(lazy_gettext("What is it about?"), validate_choice=False)
    mailing = TickField(lazy_gettext("The person asked for news and offers on the paper"))
    signed = StringField(
        lazy_gettext("Day of the signature"),
        description=lazy_gettext("As it stands beside the signature. The term of storage counts from it."),
    )
    text = SelectField(lazy_gettext("Text that was signed"), validators=[chosen], validate_choice=False)
    place = SelectField(lazy_gettext("Where the paper lies"), validators=[chosen], validate_choice=False)
    number = StringField(
        lazy_gettext("Inventory number of the paper"),
        description=lazy_gettext("Letters, digits and hyphens, as PD-2026-17. Not a name and not a phone number."),
        validators=[sent_once],
    )

    def __init__(self) -> None:
        super().__init__()
        self.topic.choices = topic_choices()
        self.text.choices = [("", gettext("Choose the text")), *map(_choice, _texts())]
        self.place.choices = [
            ("", gettext("Choose the place")),
            *((place.value, str(PAPER_PLACES[place])) for place in PaperPlace),
        ]

    def validate_signed(self, field: Field) -> None:
        """Not a day to come, and not one before the first revision."""
        a_day(self, field)
        self._refuse({"future", "early"})

    def validate_text(self, field: Field) -> None:
        """One of the revisions, in force on the day of the signature."""
        if not field.data:
            raise ValidationError(gettext("Choose the revision and the language that stand on the paper"))
        if not self.signed.errors:
            self._refuse({"revision"})

    def validate_place(self, field: Field) -> None:
        """One of the places."""
        if not field.data:
            raise ValidationError(gettext("Choose where the paper lies"))

    def validate_number(self, field: Field) -> None:
        """A number that gives nobody away."""
        try:
            number = inventory_number(field.data or "")
        except PaperProblem as problem:
            raise ValidationError(str(PROBLEMS[problem.code])) from None
        wrong = self.name.errors or self.second_name.errors or self.phone.errors
        if not wrong and names_person(number, self.personal):
            raise ValidationError(str(PROBLEMS["person"]))

    @cached_property
    def opened(self) -> Opened | None:
        """The form's own token, which makes an entry happen once; None where it is not ours."""
        return form_tokens(_ENTRY).read(typed("entry"))

    @property
    def is_fresh(self) -> bool:
        """True while the page has not been open for too long."""
        return self.opened is not None and self.opened.age <= timedelta(hours=house().settings.form_hours)

    @property
    def entry(self) -> str:
        """The token of this page: the same after an error, so that a repeated entry is known."""
        return typed("entry") if self.is_fresh else form_tokens(_ENTRY).issue(house().randomness)

    @property
    def personal(self) -> PersonalData:
        """The three fields as they are stored. Raises ValidationError."""
        return PersonalData(parsed_name(self.name), parsed_name(self.second_name), parsed_phone(self.phone))

    @property
    def day(self) -> date:
        """The day of the signature."""
        return day_of(self.signed)

    @property
    def stands_on(self) -> Signed:
        """The texts the paper stands on. Raises PaperProblem."""
        revision, _, language = (self.text.data or "").rpartition(".")
        return signed_under(house().library, revision, language, self.day, local_day(house().now))

    def _refuse(self, codes: Set[str]) -> None:
        """Raises ValidationError for a problem of these between the day and the text."""
        try:
            self.stands_on  # noqa: B018  # asked for its problem
        except PaperProblem as problem:
            if problem.code in codes:
                raise ValidationError(str(PROBLEMS[problem.code])) from None

    def draft(self) -> Draft:
        """What a valid form says."""
        topic = Purpose(self.topic.data) if self.topic.data else None
        return Draft(self.personal, topic, bool(self.mailing.data), ())

    def paper(self, author: str) -> Paper:
        """The evidence a valid form names."""
        return Paper(PaperPlace(self.place.data), inventory_number(self.number.data or ""), self.day, author)


def _texts() -> list[Document]:
    """Every revision whose day has come, the newest first, in each language."""
    library, today = house().library, local_day(house().now)
    found = [text for language in LANGUAGES for text in library.revisions(Kind.CONSENT, language)]
    return sorted((text for text in found if text.in_force <= today), key=lambda text: text.in_force, reverse=True)


def _choice(text: Document) -> tuple[str, str]:
    words = gettext(
        "%(revision)s, %(language)s, in force since %(day)s",
        revision=text.revision,
        language=LANGUAGE_NAMES[text.language],
        day=day_words(text.in_force),
    )
    return f"{text.revision}.{text.language}", words
