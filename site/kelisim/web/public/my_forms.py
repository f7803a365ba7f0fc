"""The forms of My data: a button alone, the three fields to correct, what can be completed or objected to, the way in."""

from collections.abc import Mapping
from dataclasses import asdict
from hmac import compare_digest

from flask_babel import gettext, lazy_gettext
from wtforms import Field, SelectField, StringField, ValidationError

from kelisim.domain.objections import Objection
from kelisim.domain.own_acts import OwnAct
from kelisim.domain.phones import spaced_phone
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PersonalData
from kelisim.web.forms import PublicForm, sent_once
from kelisim.web.personal_fields import PersonalFields, parsed_name, parsed_phone
from kelisim.web.request_words import OBJECTIONS, PROBLEMS
from kelisim.web.words import TOPICS


class WayInForm(PublicForm):
    """Reference and secret, as they stand on a printed receipt."""

    purpose = "my"

    reference = StringField(
        lazy_gettext("Reference"), description=lazy_gettext("The eight large signs on your receipt.")
    )
    secret = StringField(
        lazy_gettext("Secret"),
        description=lazy_gettext(
            "The 32 letters and digits at the end of the link on your receipt. Spaces and capital letters do not matter."
        ),
    )


class OwnForm(PublicForm):
    """A button. ``about`` binds its token to one record and one act."""

    purpose = "my-act"

    def __init__(self, about: bytes, *_: object) -> None:
        self._about = about
        super().__init__()

    @property
    def about(self) -> bytes:
        """The record and the act."""
        return self._about

    @property
    def token_is_good(self) -> bool:
        """True for a token of this form, this record and this act, not too old."""
        return super().token_is_good and self.opened is not None and compare_digest(self.opened.about, self.about)

    def shown(self) -> tuple[Field, ...]:
        """The fields a person fills in."""
        return tuple(field for field in self if field.name != "token")

    def wrong(self, name: str, words: str) -> bool:
        """Say what is wrong with a field. Always False: the form is to be mended."""
        field = self[name]
        field.errors = [*field.errors, words]
        return False


class _DataForm(OwnForm):
    """A form that begins with the data that are there; what was typed goes before."""

    def __init__(self, about: bytes, personal: PersonalData | None, _topic: Purpose | None) -> None:
        super().__init__(about)
        if personal is not None:
            there = asdict(personal) | {"phone": spaced_phone(personal.phone)}
            for field in self.shown():
                field.data = there.get(field.name, field.data)


class CorrectForm(PersonalFields, _DataForm):
    """The three personal fields."""

    name = StringField(lazy_gettext("Name"))
    second_name = StringField(lazy_gettext("Second name"))
    phone = StringField(lazy_gettext("Phone number"))

    def personal(self) -> PersonalData:
        """What a valid form says."""
        return PersonalData(parsed_name(self.name), parsed_name(self.second_name), parsed_phone(self.phone))


class CompleteForm(PersonalFields, _DataForm):
    """The names, and the topic where none was chosen. Mailings are no topic here: they have a box of their own."""

    name = StringField(lazy_gettext("Name"))
    second_name = StringField(lazy_gettext("Second name"))
    topic = SelectField(lazy_gettext("What is it about?"), validate_choice=False)

    def __init__(self, about: bytes, personal: PersonalData | None, topic: Purpose | None) -> None:
        super().__init__(about, personal, topic)
        self.topic.choices = [("", gettext("Choose a topic")), *((one.value, str(TOPICS[one])) for one in _TOPICS)]
        if topic is not None:
            del self.topic

    def validate_topic(self, field: Field) -> None:
        """One of the topics, or none."""
        sent_once(self, field)
        if field.data and field.data not in _TOPICS:
            raise ValidationError(gettext("Choose a topic from the list, or leave the first line"))

    def names(self) -> Mapping[str, str]:
        """The names of a valid form."""
        return {"name": parsed_name(self.name), "second_name": parsed_name(self.second_name)}

    def chosen_topic(self) -> Purpose | None:
        """The topic of a valid form, None where none was chosen or one was there."""
        return Purpose(self.topic.data) if "topic" in self and self.topic.data else None


class ObjectionForm(OwnForm):
    """What the person does not agree with: one of the list."""

    objection = SelectField(lazy_gettext("What do you object to?"), validate_choice=False)

    def __init__(self, about: bytes) -> None:
        super().__init__(about)
        words = [(one.value, str(OBJECTIONS[one])) for one in Objection]
        self.objection.choices = [("", gettext("Choose one from the list")), *words]

    def validate_objection(self, field: Field) -> None:
        """One of the list."""
        sent_once(self, field)
        if field.data not in set(Objection):
            raise ValidationError(str(PROBLEMS["objection"]))

    @property
    def chosen(self) -> Objection:
        """What a valid form says."""
        return Objection(self.objection.data)


_TOPICS = tuple(purpose for purpose in Purpose if purpose is not Purpose.MAILING)
FORMS: Mapping[OwnAct, type[CorrectForm | CompleteForm]] = {
    OwnAct.CORRECT: CorrectForm,
    OwnAct.COMPLETE: CompleteForm,
}
