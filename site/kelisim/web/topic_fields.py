"""Topic and mailing as the forms read them that take a new submission."""

from typing import Any

from flask_babel import gettext
from wtforms import Field, ValidationError

from kelisim.domain.purposes import Purpose
from kelisim.web.forms import sent_once
from kelisim.web.words import TOPICS


class TopicFields:
    """What is checked of the fields ``topic`` and ``mailing``; WTForms finds the checks by their names."""

    mailing: Any

    def validate_topic(self, field: Field) -> None:
        """One of the six purposes, or none; news by subscription need their own box (promise 2.d)."""
        sent_once(self, field)
        if field.data and field.data not in set(Purpose):
            raise ValidationError(gettext("Choose a topic from the list, or leave the first line"))
        if field.data == Purpose.MAILING and not self.mailing.data:
            raise ValidationError(gettext("For news and offers, tick the box for them too, or choose another topic"))

    def validate_mailing(self, field: Field) -> None:
        """Optional, but said once."""
        sent_once(self, field)


def topic_choices() -> list[tuple[str, str]]:
    """The six purposes in words a person would choose, and none."""
    return [("", gettext("Choose a topic")), *((purpose.value, str(TOPICS[purpose])) for purpose in Purpose)]
