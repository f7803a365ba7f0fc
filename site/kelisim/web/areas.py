"""Which kind of pages each address of the desk is: the guard in ``security.py`` asks it of every request.

The table of what a role may is in ``domain/operators.py``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kelisim.domain.operators import Area

_ENDPOINTS: Mapping[Area, str] = {
    Area.FACTS: """
        desk_documents.page desk_statements.page recipients.index recipients.one retention.page
        statistics.file statistics.page transfers.one transfers.register
    """,
    Area.RECORDS: """
        acts.file acts.written evidence.bundle home.page recipient_tasks.one recipient_tasks.queue
        records.index records.record requests.letter requests.one requests.queue search.send
    """,
    Area.ACTS: """
        acts.choose acts.do acts.page bulk.confirm bulk.do bulk.result bulk_transfers.save exports.ask
        exports.index exports.one exports.remove exports.save incidents.new incidents.register
        incidents.step keepings.keep keepings.page papers.enter papers.new recipient_tasks.close
        requests.intake requests.meet requests.meeting requests.refuse requests.refusing requests.step
        requests.take_in tags.change tags.page transfers.hand_over transfers.new transfers.save_file
        transfers.step uses.choose uses.contact uses.note uses.put
    """,
    Area.REGISTERS: """
        compliance.pack compliance.page incidents.index incidents.notice incidents.one journal.check
        journal.file journal.page
    """,
    Area.RULES: """
        days.change days.page recipients.add recipients.end recipients.ending recipients.new
        recipients.set_contact recipients.set_webhook recipients.undertake
    """,
    Area.PEOPLE: "people.act people.do people.index people.invite",
    Area.OWN: """
        account.app account.change_password account.codes account.end_sessions account.page account.password
        account.renew_app account.renew_codes passkeys.ask passkeys.challenge passkeys.new passkeys.remove
        passkeys.removing passkeys.save keys.page
    """,
}
AREAS: Mapping[str, Area] = MappingProxyType(
    {endpoint: area for area, endpoints in _ENDPOINTS.items() for endpoint in endpoints.split()}
)


def area_of(endpoint: str) -> Area:
    """What the address needs. One that nobody has sorted yet is the administrators'."""
    return AREAS.get(endpoint, Area.PEOPLE)
