"""The words for what a list is narrowed by."""

from flask_babel import lazy_gettext

from kelisim.domain.filters import Due
from kelisim.web.words import Words

DUES: Words = {
    Due.OPEN: lazy_gettext("not answered yet"),
    Due.OVERDUE: lazy_gettext("overdue"),
}
