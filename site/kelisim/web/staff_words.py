"""The words of the pages about the Operator's people: roles and what each may, decisions, why not."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from kelisim.domain.operators import Role
from kelisim.services.passkeys import PasskeyProblem
from kelisim.services.staff import StaffProblem
from kelisim.web.words import Words

ROLES: Words = {
    Role.VIEWER: lazy_gettext("Viewer"),
    Role.OPERATOR: lazy_gettext("Specialist"),
    Role.AUDITOR: lazy_gettext("Auditor"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}
ROLES_MAY: Words = {
    Role.VIEWER: lazy_gettext("Reads submissions and requests. Changes nothing."),
    Role.OPERATOR: lazy_gettext("Works with submissions, requests and exports, and reads the journal."),
    Role.AUDITOR: lazy_gettext("Reads the journal and the registers. Opens nobody’s data."),
    Role.ADMINISTRATOR: lazy_gettext(
        "Does everything, and decides who may come in, who gets data and which days were moved."
    ),
}
PROBLEMS: Mapping[StaffProblem, LazyString] = {
    StaffProblem.NO_NAME: lazy_gettext("Use letters, digits, spaces and . _ @ ' - up to 64 signs"),
    StaffProblem.KNOWN: lazy_gettext("Somebody has this name already: choose another one, or give them a new link"),
    StaffProblem.UNKNOWN: lazy_gettext("There is nobody of this number any more"),
    StaffProblem.DISABLED: lazy_gettext("This person cannot come in: give them a new link first"),
    StaffProblem.LAST: lazy_gettext(
        "This is the last administrator who can come in: make somebody else an administrator first"
    ),
    StaffProblem.ONESELF: lazy_gettext("You renew your own sign-in on the page of your account"),
    StaffProblem.MAY_NOT: lazy_gettext("You are not an administrator any more"),
}

PASSKEY_PROBLEMS: Mapping[PasskeyProblem, LazyString] = {
    PasskeyProblem.NO_NAME: lazy_gettext("Enter a name of up to 64 signs"),
    PasskeyProblem.OVER: lazy_gettext("It took too long, or this page was sent before: nothing was added. Begin again"),
    PasskeyProblem.NOT_PROVEN: lazy_gettext(
        "The device did not prove that the passkey is for this address and that it knows you: nothing was added. Use a "
        "device with a screen lock or a PIN"
    ),
    PasskeyProblem.KNOWN: lazy_gettext("This passkey was added before: use another device"),
    PasskeyProblem.TOO_MANY: lazy_gettext("You have as many passkeys as one can have: remove one first"),
}


class PersonAct(NamedTuple):
    """A decision about a person: its title and button (with ``name``), and what follows."""

    title: LazyString
    button: LazyString
    follows: tuple[LazyString, ...]


PERSON_ACTS: Mapping[str, PersonAct] = {
    "role": PersonAct(
        lazy_gettext("Change the role of %(name)s"),
        lazy_gettext("Change the role"),
        (lazy_gettext("The new role counts from the person’s next page on."),),
    ),
    "reset": PersonAct(
        lazy_gettext("Give %(name)s a new link"),
        lazy_gettext("Make a new link"),
        (
            lazy_gettext(
                "The password, the app’s codes, the passkeys, the recovery codes and every session end at once."
            ),
            lazy_gettext("The link is shown to you once. Check who asks before you hand it over."),
        ),
    ),
    "disable": PersonAct(
        lazy_gettext("Disable %(name)s"),
        lazy_gettext("Disable the person"),
        (
            lazy_gettext(
                "The password, the app’s codes, the passkeys, the recovery codes and every session end at once."
            ),
            lazy_gettext("The name stays in the journal. A new link lets the person in again."),
        ),
    ),
}
