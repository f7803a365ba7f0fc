"""The page value of an act of destruction, for the desk and for the person."""

from collections.abc import Callable
from hashlib import sha256

from flask_babel import gettext

from kelisim.services.destructions import Shown
from kelisim.vault import signing
from kelisim.web.act_pages import DestructionPage
from kelisim.web.act_words import TITLES, WHAT_WENT, ground_words
from kelisim.web.desk_pages import TimelineRow
from kelisim.web.house import house
from kelisim.web.words import ACTS, CATEGORIES, operator_address, operator_name


def destruction_page(shown: Shown, *, who: Callable[[str], str], file_url: str, back_url: str) -> DestructionPage:
    """``who``: an actor of the journal in words that the reader may know."""
    made, settings = shown.made, house().settings
    return DestructionPage(
        title=str(TITLES[made.act]) % {"number": made.number},
        text=str(WHAT_WENT[made.act]) % {"reference": made.reference},
        number=made.number,
        at=made.at,
        who=who(made.author),
        ground=ground_words(made.ground),
        categories=tuple(str(CATEGORIES[category]) for category in made.categories),
        reference=made.reference,
        operator=(
            operator_name(settings),
            gettext("BIN %(number)s", number=settings.operator_bin),
            operator_address(settings),
        ),
        journal=tuple(TimelineRow(entry.at, str(ACTS[entry.act]), who(entry.actor), "") for entry in shown.entries),
        sha256=sha256(shown.file).hexdigest(),
        key=signing.public_key(house().keys.site.receipt_signature).id,
        file_url=file_url,
        back_url=back_url,
    )


def operator_facts() -> dict[str, str]:
    """Who the Operator is, as the signed act says it: in one language, whatever the page's."""
    settings = house().settings
    return {"name": settings.operator_name, "bin": settings.operator_bin, "address": settings.operator_address}
