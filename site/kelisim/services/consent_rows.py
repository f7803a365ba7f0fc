"""A consent as its row, there and back."""

from uuid import UUID

from kelisim.domain.consents import Consent, Method, Statements
from kelisim.domain.purposes import Purpose
from kelisim.storage.tables.consents import ConsentRow


def values_of(new_id: UUID, consent: Consent, statements_number: int | None) -> dict[str, object]:
    """The columns of a consent's row."""
    return {
        "submission_id": new_id,
        "given_at": consent.given_at,
        "method": consent.method.value,
        "revision": consent.revision,
        "sha256": consent.sha256,
        "policy_revision": consent.policy_revision,
        "policy_sha256": consent.policy_sha256,
        "language": consent.language,
        "person_states": list(consent.statements.person),
        "operator_states": list(consent.statements.operator),
        "purposes": [purpose.value for purpose in consent.purposes],
        "statements_number": statements_number,
    }


def consent_of(row: ConsentRow) -> Consent:
    """The consent of its row."""
    return Consent(
        revision=row.revision,
        sha256=row.sha256,
        policy_revision=row.policy_revision,
        policy_sha256=row.policy_sha256,
        language=row.language,
        statements=Statements(tuple(row.person_states), tuple(row.operator_states), row.statements_number),
        purposes=tuple(Purpose(purpose) for purpose in row.purposes),
        given_at=row.given_at,
        method=Method(row.method),
    )
