"""How long data are kept, when duties are due, who is told of them."""

from dataclasses import dataclass

from kelisim.settings.entry import own_years, setting, term


@dataclass(frozen=True, kw_only=True)
class DutySettings:
    """Terms and duties."""

    retention_years: int = setting(
        3, "How long a submission is kept, in years from its last real event (Art. 8(4)(3)).", least=1, most=75
    )
    retention_contract_years: int = own_years("concluding and performing contracts")
    retention_personal_pages_years: int = own_years("the person's own pages")
    retention_products_years: int = own_years("information about products")
    retention_mailing_years: int = own_years("mailings")
    retention_feedback_years: int = own_years("answering and handling of requests")
    retention_support_years: int = own_years("support")
    retention_warning_days: int = setting(
        14, "How many days before it is destroyed a record is shown as about to go.", least=1, most=90
    )
    retention_grace_days: int = setting(
        3, "The fewest days a record is shown as about to go, however late that was noticed.", least=0, most=30
    )
    erasures_folder: str = setting(
        "",
        "Folder for the ledger of erasures, best on another disk than the database; empty: erasures in the instance.",
    )
    backup_hours: int = setting(
        0,
        "How often the worker makes a backup, in hours; 0: never, whoever wants one calls flask backup.",
        least=0,
        most=720,
    )
    backup_folder: str = setting(
        "", "Folder for the worker's backups, best on another disk; empty: backups in the instance."
    )
    backups_kept: int = setting(
        7, "How many of the worker's backups are kept; the oldest are removed.", least=1, most=1000
    )
    correction_days: int = term(1, "correct data on request")
    completion_days: int = term(1, "complete data on request")
    blocking_days: int = term(1, "block data on a report of unlawful processing")
    unblocking_days: int = term(1, "unblock data when the report is not confirmed")
    unlawful_days: int = term(1, "destroy data when the processing was unlawful")
    breach_days: int = term(1, "tell the authority of a breach")
    information_days: int = term(3, "answer a request for information")
    objection_days: int = term(3, "decide an objection")
    transfer_days: int = term(10, "tell the person of a transfer, where that was promised")
    withdrawal_days: int = term(15, "stop processing after a withdrawal, or refuse with reasons")
    recipient_days: int = setting(
        1, "Working days to tell a recipient of a change, a block, a withdrawal or a destruction.", least=1, most=60
    )
    transfer_file_hours: int = setting(
        24, "How long a file sealed for a recipient can be saved at the desk, in hours.", least=1, most=168
    )
    webhook_tries: int = setting(8, "How often a webhook is tried before a person decides.", least=1, most=30)
    webhook_pause_seconds: int = setting(
        60, "The pause after a webhook's first try; each later one is three times longer.", least=5, most=3600
    )
    webhook_longest_pause_hours: int = setting(12, "The longest pause between two tries, in hours.", least=1, most=48)
    webhook_seconds: int = setting(15, "How long one try of a webhook may take, in seconds.", least=2, most=60)
    small_class_people: int = setting(
        10_000, "So many people are the limit of a small operator of personal data.", least=1, most=1_000_000_000
    )
    medium_class_people: int = setting(
        500_000, "So many people are the limit of a medium one.", least=1, most=1_000_000_000
    )
    incident_note_length: int = setting(1000, "The longest note about an incident, in signs.", least=100, most=2000)
