"""docs/asvs.md and docs/threat-model.md: every requirement once, every file and test they name is there."""

import re

import pytest

from kelisim.core import ROOT

ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
THREATS = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in ASVS.splitlines() if re.match(r"\| \d", line)]
_NAMED = re.compile(r"`((?:tests|site|docs|bench|scripts)/[A-Za-z0-9_./-]+\.(?:py|md|toml))(?:::(\w+))?`")


def test_each_requirement_stands_once_and_in_order() -> None:
    numbers = [tuple(int(part) for part in row[0].split(".")) for row in ROWS]
    assert len(numbers) > 140
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_meets_a_requirement_is_there(row: list[str]) -> None:
    _, asked, stands, code, test = row
    assert asked
    assert stands in {"met", "partly", "not met"}
    assert (ROOT / "site" / "kelisim" / code).is_file()
    assert (ROOT / "tests" / test).is_file()


def test_what_is_not_met_is_explained() -> None:
    explained = ASVS.partition("## What is missing")[2]
    assert [row[0] for row in ROWS if row[2] != "met" and row[0] not in explained] == []


def test_every_file_and_test_of_the_threat_model_is_there() -> None:
    named = _NAMED.findall(THREATS)
    assert len(named) > 20
    for path, test in named:
        assert (ROOT / path).is_file(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test
