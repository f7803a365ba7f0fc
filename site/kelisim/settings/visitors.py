"""What visitors may send, and what is kept of their choices and visits."""

from dataclasses import dataclass

from kelisim.settings.entry import setting


@dataclass(frozen=True, kw_only=True)
class VisitorSettings:
    """Visitors."""

    body_bytes: int = setting(65_536, "The largest request body, in bytes.", least=4096, most=1_048_576)
    receipt_file_bytes: int = setting(
        49_152, "The largest receipt file that is checked, in bytes, within body_bytes.", least=4096, most=1_048_576
    )
    name_length: int = setting(100, "The longest name or second name, in signs.", least=20, most=500)
    phone_length: int = setting(40, "The longest phone number as typed, in signs.", least=20, most=100)
    form_hours: int = setting(24, "How long an open form stays valid, in hours.", least=1, most=168)
    form_least_seconds: int = setting(
        2, "A form sent sooner than this after opening is stored but flagged as suspect.", least=0, most=60
    )
    form_limit: str = setting(
        "60 per minute; 600 per hour", "Sent forms per network (IPv4 /24, IPv6 /48). Empty, in a trial only: no limit."
    )
    choice_limit: str = setting("120 per minute", "Cookie answers per network.")
    receipt_limit: str = setting("60 per minute", "Receipts opened per network: what guessing would be held to.")
    check_limit: str = setting("30 per minute", "Receipts checked per network.")
    my_limit: str = setting(
        "30 per minute; 300 per hour", "Wrong tries to open My data per network; opening it rightly does not count."
    )
    sign_in_limit: str = setting("30 per minute", "Sign-in and set-up tries per network, right or wrong.")
    choice_days: int = setting(182, "How long a cookie answer is kept, yes and no alike, in days.", least=1, most=395)
    draft_days: int = setting(
        7, "How long what was typed is kept on the device of a person who agreed, in days.", least=1, most=30
    )
    choice_record_days: int = setting(
        760, "How long the record of a cookie answer is kept, in days; then only counts are.", least=396, most=3650
    )
    visit_cookie_days: int = setting(
        395, "How long the statistics cookie is kept, in days; visits do not prolong it.", least=1, most=395
    )
    visit_days: int = setting(
        30, "How long single visits are kept, in days; then only the numbers of each day.", least=1, most=760
    )
    visit_write_seconds: int = setting(
        30, "How long counted visits wait in memory before they are written together.", least=1, most=600
    )
    compaction_minutes: int = setting(
        60, "How often visits of days that are over are turned into numbers.", least=5, most=1440
    )
