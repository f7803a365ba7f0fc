"""What a consent is made of: the statements of clause 1, the categories of data."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from kelisim.domain.consents import Attestation, Category, Consent, Method, Statements
from kelisim.domain.purposes import Purpose
from kelisim.domain.submissions import PERSONAL_FIELDS


def test_the_person_states_the_five_points_of_clause_1() -> None:
    assert [attestation.value for attestation in Attestation] == ["1.1", "1.2", "1.3", "1.4", "1.5"]


def test_the_categories_of_a_receipt_are_the_three_personal_fields() -> None:
    assert tuple(category.value for category in Category) == PERSONAL_FIELDS


def test_a_consent_never_changes() -> None:
    consent = Consent(
        revision="2023-07-20",
        sha256="0" * 64,
        policy_revision="2026-11-22",
        policy_sha256="1" * 64,
        language="en",
        statements=Statements(("1.1",), ("kept for a year",)),
        purposes=(Purpose.FEEDBACK,),
        given_at=datetime(2026, 11, 22, tzinfo=UTC),
        method=Method.SITE_FORM,
    )
    with pytest.raises(FrozenInstanceError):
        consent.purposes = ()  # type: ignore[misc]  # what must be refused is tried
