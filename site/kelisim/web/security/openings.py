"""Who may come to which address: what is open, what carries a token of its own, whose address is a secret, what is limited."""

from collections.abc import Mapping

# Everything that is not named here is closed to strangers: a new page is closed until somebody opens it.
OPEN = frozenset(
    {
        "static_files.file",
        "wellknown.security",
        "wellknown.gpc",
        "wellknown.change_password",
        "wellknown.robots",
        "wellknown.sitemap",
        "probes.alive",
        "probes.ready",
        "submissions.form",
        "submissions.send",
        "submissions.receipt",
        "receipts.file",
        "receipts.evidence",
        "receipts.check_page",
        "receipts.check",
        "wellknown.receipt_keys",
        "wellknown.journal_heads",
        "my.way_in",
        "my.enter",
        "answers.page",
        "destructions.page",
        "destructions.file",
        "my.page",
        "my.form",
        "my.send",
        "rights.page",
        "components.page",
        "who_receives.page",
        "documents.current",
        "documents.revision",
        "documents.plain",
        "documents.shown",
        "archive.page",
        "archive.changes",
        "choices.page",
        "choices.choose",
        "choices.look",
        "choices.records",
        "choices.forget",
        "reports.collect",
        "sign_in.password",
        "sign_in.send_password",
        "passkey_sign_in.challenge",
        "passkey_sign_in.enter",
        "set_up.page",
        "set_up.send",
    }
)
# What a process of the desk alone answers beside its own pages.
BESIDE_DESK = frozenset(
    {
        "probes.alive",
        "probes.ready",
        "static_files.file",
        "reports.collect",
        "wellknown.security",
        "wellknown.change_password",
        "wellknown.robots",
    }
)
# Open to whoever has given the password and not yet the code.
HALF_OPEN = frozenset({"sign_in.code", "sign_in.send_code", "sign_in.sign_out"})
# Forms that carry a token of their own instead of a session's.
OWN_TOKEN = frozenset(
    {
        "my.enter",
        "my.send",
        "receipts.check",
        "submissions.send",
        "choices.choose",
        "choices.look",
        "choices.forget",
        "sign_in.send_password",
        "passkey_sign_in.enter",
        "set_up.send",
        "reports.collect",
    }
)
# Asked by programs of the Operator, by any address and name of this host: no wall, no limit, no line in the log.
PROBES = frozenset({"probes.alive", "probes.ready"})
PROBE_PATHS = frozenset({"/healthz", "/readyz"})
# Sent by browsers themselves, with no page behind them.
NO_WALL = frozenset({"reports.collect"})
# Pages whose address holds a secret.
SECRET_ADDRESS = frozenset(
    {
        "answers.page",
        "destructions.page",
        "destructions.file",
        "my.page",
        "my.form",
        "my.send",
        "submissions.receipt",
        "receipts.file",
        "receipts.evidence",
        "set_up.page",
        "set_up.send",
    }
)
# Limits of guessing: many people share one network, and who guesses nothing must not use it up.
COUNTS_WRONG = frozenset({"my_limit"})
# Which setting limits which endpoint, per masked network.
LIMITS: Mapping[str, str] = {
    "submissions.send": "form_limit",
    "submissions.receipt": "receipt_limit",
    "receipts.file": "receipt_limit",
    "receipts.evidence": "receipt_limit",
    "receipts.check": "check_limit",
    "my.enter": "my_limit",
    "answers.page": "my_limit",
    "destructions.page": "my_limit",
    "destructions.file": "my_limit",
    "my.page": "my_limit",
    "my.form": "my_limit",
    "my.send": "my_limit",
    "choices.choose": "choice_limit",
    "choices.look": "choice_limit",
    "choices.forget": "choice_limit",
    "reports.collect": "choice_limit",
    "exports.ask": "sign_in_limit",
    "people.invite": "sign_in_limit",
    "people.do": "sign_in_limit",
    "account.change_password": "sign_in_limit",
    "account.renew_app": "sign_in_limit",
    "account.renew_codes": "sign_in_limit",
    "passkeys.ask": "sign_in_limit",
    "passkeys.challenge": "sign_in_limit",
    "passkeys.remove": "sign_in_limit",
    "passkey_sign_in.challenge": "sign_in_limit",
    "passkey_sign_in.enter": "sign_in_limit",
    "sign_in.send_password": "sign_in_limit",
    "sign_in.send_code": "sign_in_limit",
    "set_up.page": "sign_in_limit",
    "set_up.send": "sign_in_limit",
}
