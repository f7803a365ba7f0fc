"""Incidents as the pages of the desk show them, and as the notice to the authority tells them."""

from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import force_locale, gettext, ngettext

from kelisim.domain.deadlines import Calendar, local_day
from kelisim.domain.incidents import IncidentState, Step
from kelisim.domain.languages import LANGUAGES
from kelisim.services.incidents import Incident
from kelisim.web.dates import day_words, moment_words
from kelisim.web.house import house
from kelisim.web.incident_pages import AuthorityNotice, IncidentPage, IncidentRow, IncidentsPage, StepLine
from kelisim.web.incident_words import INCIDENT_STATES, INCIDENT_STEPS, KINDS, MEASURES, OUTCOMES
from kelisim.web.languages import LANGUAGE_NAMES
from kelisim.web.operator.who import who
from kelisim.web.request_words import left
from kelisim.web.words import CATEGORIES, operator_address, operator_name, responsible_person


def incidents_page(
    found: tuple[Incident, ...], older: UUID | None, before: UUID | None, calendar: Calendar, today: date
) -> IncidentsPage:
    """One page of the register."""
    return IncidentsPage(
        rows=tuple(row_of(incident, calendar, today) for incident in found),
        newest_url=url_for("incidents.index") if before is not None else None,
        older_url=url_for("incidents.index", before=older.hex) if older is not None else None,
    )


def row_of(incident: Incident, calendar: Calendar, today: date) -> IncidentRow:
    """An incident in a list."""
    waits = incident.state is IncidentState.OPEN
    return IncidentRow(
        url=url_for("incidents.one", incident_id=incident.id),
        kind=str(KINDS[incident.kind]),
        found_at=incident.found_at,
        persons=incident.facts.persons,
        due=incident.due,
        left=left(calendar.days_left(today, incident.due)) if waits else None,
        overdue=waits and incident.due < today,
        state=str(INCIDENT_STATES[incident.state]),
    )


def incident_page(incident: Incident, names: dict[int, str], calendar: Calendar, today: date) -> IncidentPage:
    """One incident."""
    return IncidentPage(
        row=row_of(incident, calendar, today),
        categories=tuple(str(CATEGORIES[category]) for category in incident.facts.categories),
        measures=tuple(str(MEASURES[measure]) for measure in incident.measures),
        steps=tuple(_line(step, names) for step in incident.steps),
        can_notify=incident.state is IncidentState.OPEN,
        can_add=incident.state is not IncidentState.CLOSED,
        url=url_for("incidents.step", incident_id=incident.id),
        notices=tuple(
            (code, LANGUAGE_NAMES[code], url_for("incidents.notice", incident_id=incident.id, language=code))
            for code in LANGUAGES
        ),
    )


def notice_page(incident: Incident, language: str) -> AuthorityNotice:
    """The notice, in a language: everything the authority asks for, and nobody's name but the Operator's own."""
    with force_locale(language):
        settings = house().settings
        return AuthorityNotice(
            language=language,
            day=day_words(local_day(house().now)),
            to=gettext("To the authorised body for the protection of personal data"),
            heading=gettext("Notice of a breach of the security of personal data"),
            paragraphs=(
                gettext(
                    "Under the Law of the Republic of Kazakhstan of 21 May 2013 No. 94-V “On personal data and its "
                    "protection” we tell you of a breach of the security of personal data that we found."
                ),
            ),
            facts=tuple(_facts(incident)),
            signed_by=gettext("Responsible for the processing: %(person)s", person=responsible_person(settings)),
            back_url=url_for("incidents.one", incident_id=incident.id),
        )


def _facts(incident: Incident) -> list[tuple[str, str]]:
    settings, facts = house().settings, incident.facts
    measures = "; ".join(str(MEASURES[measure]) for measure in incident.measures)
    said = [
        (gettext("Operator"), operator_name(settings)),
        (gettext("BIN"), settings.operator_bin),
        (gettext("Address"), operator_address(settings)),
        (gettext("E-mail"), settings.email or gettext("not set")),
        (gettext("What happened"), str(KINDS[incident.kind])),
        (gettext("Found"), gettext("%(moment)s (time of Almaty)", moment=moment_words(incident.found_at))),
        (gettext("Which data"), "; ".join(str(CATEGORIES[category]) for category in facts.categories)),
        (gettext("How many persons"), str(facts.persons) if facts.persons else gettext("not known yet")),
        (gettext("What was done about it"), measures or gettext("nothing yet")),
    ]
    return said + [(gettext("About the event"), note) for note in incident.notes]


def _line(step: Step, names: dict[int, str]) -> StepLine:
    return StepLine(str(INCIDENT_STEPS[step.step]), step.at, who(step.author, names), tuple(_said(step)))


def _said(step: Step) -> list[str]:
    said = [str(MEASURES[measure]) for measure in step.measures]
    if step.facts is not None:
        categories = ", ".join(str(CATEGORIES[category]) for category in step.facts.categories)
        many = step.facts.persons
        persons = ngettext("%(num)s person", "%(num)s persons", many) if many else gettext("how many is not known yet")
        said.append(f"{categories}: {persons}")
    if step.told_on is not None:
        said.append(day_words(step.told_on))
    if step.outcome is not None:
        said.append(str(OUTCOMES[step.outcome]))
    return [*said, *(text for text in (step.number, step.note) if text)]
