"""Signing in at the desk, its journal, exports, lists and search."""

from dataclasses import dataclass

from kelisim.settings.entry import setting


@dataclass(frozen=True, kw_only=True)
class DeskSettings:
    """The desk."""

    password_length: int = setting(12, "The shortest password of an operator, in signs.", least=8, most=64)
    sign_in_tries: int = setting(5, "Wrong sign-ins for one name from one network before a pause.", least=2, most=50)
    sign_in_tries_everywhere: int = setting(
        50, "Wrong sign-ins for one name from all networks before a pause.", least=10, most=1000
    )
    sign_in_pause_minutes: int = setting(15, "How long that pause is, in minutes.", least=1, most=1440)
    session_idle_minutes: int = setting(15, "An operator's session ends after this idle time.", least=1, most=240)
    session_hours: int = setting(10, "An operator's session ends after this time in any case.", least=1, most=24)
    sessions_at_once: int = setting(
        5, "How many sessions an operator has at once; a further sign-in ends the oldest.", least=1, most=50
    )
    set_up_hours: int = setting(24, "How long a set-up link is valid, in hours.", least=1, most=168)
    recovery_codes: int = setting(10, "How many recovery codes an operator gets.", least=4, most=20)
    journal_check_minutes: int = setting(
        60, "How long a check of the journal counts; then the desk checks it again.", least=1, most=10_080
    )
    journal_check_entries: int = setting(
        5_000, "How many entries of the journal one page of the desk checks at most.", least=100, most=1_000_000
    )
    asked_again: str = setting(
        "both", "What an operator is asked for again before an export or a destruction: password, code or both."
    )
    export_hours: int = setting(24, "How long an export is kept sealed at the desk, in hours.", least=1, most=168)
    export_seconds: int = setting(5, "How often the worker looks for exports to make, in seconds.", least=1, most=3600)
    export_batch: int = setting(
        200, "How many records of an export are taken at once; the database is held meanwhile.", least=10, most=2000
    )
    exports_most: int = setting(10, "How many exports one operator may have at a time.", least=1, most=100)
    page_rows: int = setting(50, "Rows on one page of a list.", least=10, most=200)
    count_most: int = setting(
        1000,
        "A list counts so many rows and says “more than” beyond: a longer count costs. A search by several words counts to a "
        "tenth of it.",
        least=100,
        most=100_000,
    )
    search_least: int = setting(
        2, "The fewest first signs of a name the search finds it by; a change enters all records anew.", least=1, most=6
    )
    search_seconds: int = setting(
        60, "How often new records are entered into the search index, in seconds.", least=5, most=3600
    )
    search_batch: int = setting(
        500, "How many records that are not in the search index yet are entered at once.", least=50, most=10_000
    )
    home_rows: int = setting(10, "Rows of each list on the desk's first page.", least=3, most=100)
    journal_heads_shown: int = setting(
        400, "How many published heads of the journal one answer has; older ones follow.", least=10, most=4000
    )
