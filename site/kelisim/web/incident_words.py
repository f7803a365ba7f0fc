"""The words of incidents."""

from flask_babel import lazy_gettext

from kelisim.domain.incidents import IncidentKind, IncidentState, IncidentStep, Measure, Outcome
from kelisim.web.words import Words

KINDS: Words = {
    IncidentKind.FOREIGN_ACCESS: lazy_gettext("Somebody came in who may not"),
    IncidentKind.DISCLOSURE: lazy_gettext("Data were sent or shown to the wrong person"),
    IncidentKind.LOSS: lazy_gettext("Data, or the means to read them, are lost"),
    IncidentKind.CHANGE: lazy_gettext("Data were changed by somebody who may not"),
    IncidentKind.THEFT: lazy_gettext("A device or a carrier was stolen or lost"),
    IncidentKind.MALWARE: lazy_gettext("Malicious software"),
    IncidentKind.MISUSE: lazy_gettext("Misuse by somebody who may come in"),
    IncidentKind.RECIPIENT: lazy_gettext("It happened at a recipient"),
}
MEASURES: Words = {
    Measure.ACCESS_CLOSED: lazy_gettext("The access was closed"),
    Measure.PASSWORDS_CHANGED: lazy_gettext("Passwords and second factors were changed"),
    Measure.KEYS_CHANGED: lazy_gettext("Keys were changed"),
    Measure.FAULT_MENDED: lazy_gettext("The fault was mended"),
    Measure.DATA_RESTORED: lazy_gettext("Data were restored from a backup"),
    Measure.COPIES_DESTROYED: lazy_gettext("The copies that got out were destroyed"),
    Measure.RECIPIENT_ASKED: lazy_gettext("The recipient was asked to act"),
    Measure.PERSONS_TOLD: lazy_gettext("The persons were told"),
    Measure.POLICE_TOLD: lazy_gettext("The police was told"),
}
INCIDENT_STATES: Words = {
    IncidentState.OPEN: lazy_gettext("open"),
    IncidentState.NOTIFIED: lazy_gettext("the authority is told"),
    IncidentState.CLOSED: lazy_gettext("closed"),
}
INCIDENT_STEPS: Words = {
    IncidentStep.REGISTER: lazy_gettext("Registered"),
    IncidentStep.ADD: lazy_gettext("Added"),
    IncidentStep.NOTIFY: lazy_gettext("The authority was told"),
    IncidentStep.CLOSE: lazy_gettext("Closed"),
}
OUTCOMES: Words = {
    Outcome.MENDED: lazy_gettext("Everything is done: the authority is told, what went wrong is mended"),
    Outcome.NO_BREACH: lazy_gettext("It was no breach: no personal data were touched"),
}
INCIDENT_PROBLEMS = {
    "categories": lazy_gettext("Tick at least one category"),
    "persons": lazy_gettext("Write how many persons, in digits; 0 while it is not known"),
    "found": lazy_gettext("This moment has not come yet: write when it was found"),
    "told_on": lazy_gettext("Choose a day from the one it was found on up to today"),
    "empty": lazy_gettext("Nothing is added: tick a measure, write a note or a new number of persons"),
    "outcome": lazy_gettext("The authority is not told yet: tell it first, or say that it was no breach"),
    "state": lazy_gettext("Somebody else has done this step already: see below"),
}
