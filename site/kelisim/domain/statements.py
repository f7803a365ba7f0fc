"""What the Operator states beside the form (Art. 8(4) of the Law), in versions: a consent points to the one it was shown."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from kelisim.domain.purposes import Purpose
from kelisim.domain.receipts import Party, canonical
from kelisim.domain.recipients import Told
from kelisim.domain.transfers import Promise


@dataclass(frozen=True)
class Stated:
    """All that is stated, by language: the sentences, and who the Operator is. ``address``: the site's public origin.

    The same in codes, for what the site does by it: ``years`` of keeping, the longest; ``terms``: years by purpose,
    counted anew from a contact for it, empty where ``years`` were stated from the day of sending alone; ``recipients``,
    ``abroad``: data may leave Kazakhstan. A receipt is made of it again years later, whatever the settings are by then.
    """

    words: Mapping[str, tuple[str, ...]]
    operator: Mapping[str, Party]
    address: str
    years: int
    recipients: tuple[Told, ...] = ()
    abroad: bool = False
    terms: Mapping[Purpose, int] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """As JSON knows it, to be stored."""
        return {
            "words": {language: list(words) for language, words in self.words.items()},
            "operator": {language: asdict(party) for language, party in self.operator.items()},
            "address": self.address,
            "years": self.years,
            "recipients": [asdict(told) | {"purposes": list(told.purposes)} for told in self.recipients],
            "abroad": self.abroad,
            **({"terms": {purpose.value: years for purpose, years in self.terms.items()}} if self.terms else {}),
        }

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical content, hex: two versions with one hash state the same."""
        return sha256(canonical(self.content)).hexdigest()

    @property
    def promises(self) -> frozenset[Promise]:
        """What a transfer of a record that this was stated to could break."""
        kept = {Promise.NOBODY: not self.recipients, Promise.HOME: not self.abroad}
        return frozenset(promise for promise, is_kept in kept.items() if is_kept)


@dataclass(frozen=True)
class Version:
    """A set of statements as it was in force. ``number`` counts from 1; ``since``: when it was first used (UTC)."""

    number: int
    since: datetime
    stated: Stated


def read_stated(content: Mapping[str, Any]) -> Stated:
    """What was stored. Raises KeyError, TypeError or ValueError where it was changed behind the site's back."""
    return Stated(
        words={language: tuple(words) for language, words in content["words"].items()},
        operator={language: Party(**party) for language, party in content["operator"].items()},
        address=content["address"],
        years=content["years"],
        recipients=tuple(
            Told(told["name"], told["country"], tuple(Purpose(code) for code in told["purposes"]))
            for told in content["recipients"]
        ),
        abroad=content["abroad"],
        terms={Purpose(code): years for code, years in content.get("terms", {}).items()},
    )
