"""The forms of use at the desk: a contact, tags on a record, the tags' list."""

from collections.abc import Iterable

from flask_babel import lazy_gettext
from wtforms import Field, SelectField, StringField, ValidationError

from kelisim.domain.contacts import Contact, Outcome, Way
from kelisim.domain.purposes import Purpose
from kelisim.domain.tags import Tag, TagProblem, parse_tag
from kelisim.web.forms import sent_once
from kelisim.web.operator.request_forms import DeskForm, a_day, chosen, day_of
from kelisim.web.use_words import OUTCOMES, TAG_PROBLEMS, WAYS
from kelisim.web.words import PURPOSES


class ContactForm(DeskForm):
    """When, how, what came of it, for which purpose."""

    day = StringField(lazy_gettext("Day of the contact"), validators=[a_day])
    way = SelectField(lazy_gettext("How"), validators=[chosen], validate_choice=False)
    outcome = SelectField(lazy_gettext("What came of it"), validators=[chosen], validate_choice=False)
    purpose = SelectField(lazy_gettext("For which purpose"), validators=[chosen], validate_choice=False)

    def __init__(self, purposes: Iterable[Purpose]) -> None:
        super().__init__()
        self.way.choices = [(way.value, str(WAYS[way])) for way in Way]
        self.outcome.choices = [(outcome.value, str(OUTCOMES[outcome])) for outcome in Outcome]
        there = set(purposes)
        self.purpose.choices = [(purpose.value, str(PURPOSES[purpose])) for purpose in Purpose if purpose in there]

    @property
    def contact(self) -> Contact:
        """The contact of a valid form."""
        return Contact(day_of(self.day), Way(self.way.data), Outcome(self.outcome.data), Purpose(self.purpose.data))


class TagsForm(DeskForm):
    """Tags on a record: the boxes are read by the view."""


class BulkTagForm(DeskForm):
    """One tag of the list."""

    tag = SelectField(lazy_gettext("Tag"), validators=[chosen], validate_choice=False)

    def __init__(self, tags: Iterable[Tag]) -> None:
        super().__init__()
        self.tag.choices = [(str(tag.id), tag.words) for tag in tags]

    @property
    def tag_id(self) -> int:
        """The tag of a valid form."""
        return int(self.tag.data)


class TagForm(DeskForm):
    """The words of a tag."""

    words = StringField(
        lazy_gettext("Words of the tag"),
        description=lazy_gettext("About the work, not about the person: “call back”, “contract sent”."),
        validators=[sent_once],
    )

    def validate_words(self, field: Field) -> None:
        """Shape and meaning."""
        try:
            parse_tag(field.data or "")
        except TagProblem as problem:
            raise ValidationError(str(TAG_PROBLEMS[problem.code])) from None
