"""The eleven acts of the Consent, no more and no fewer (promise P8)."""

from kelisim.domain.acts import Act, State


def test_the_acts_are_the_eleven_of_the_consent_in_its_order() -> None:
    assert [act.value for act in Act] == [
        "collection",
        "accumulation",
        "transfer",
        "storage",
        "change",
        "addition",
        "access",
        "use",
        "depersonalization",
        "blocking",
        "destruction",
    ]


def test_a_new_record_is_active() -> None:
    assert State("active") is State.ACTIVE
