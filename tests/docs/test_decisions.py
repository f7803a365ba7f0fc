"""The decisions: numbered once each, without a gap, the number in the file's name the same as in its heading."""

from kelisim.core import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def test_each_decision_has_its_own_number_in_its_name_and_in_its_heading() -> None:
    assert [int(found.name[:4]) for found in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for number, found in enumerate(DECISIONS, start=1):
        assert found.read_text(encoding="utf-8").startswith(f"# {number}. "), found.name
