"""Submissions whose seal does not open: told in their row and on every page of the desk."""

from flask_babel import gettext

from kelisim.domain.submissions import Submission
from kelisim.services.submissions import Listed
from kelisim.web.house import house


def noted(found: Submission | Listed) -> bool:
    """Whether the seal is damaged, kept for the desk's notice until it opens."""
    known = house().broken_seals
    if found.damaged:
        known.add(found.reference)
    else:
        known.discard(found.reference)
    return found.damaged


def name_in_list(listed: Listed) -> str:
    """The masked name, or that it cannot be opened; empty where the state of the record closes it."""
    return gettext("cannot be opened") if noted(listed) else listed.masked_name
