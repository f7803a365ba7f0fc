"""The mails to the Operator: in the language of the settings, else in each of the site's, one after another."""

from collections.abc import Callable

from flask_babel import force_locale, gettext, lazy_gettext

from kelisim.domain.languages import LANGUAGES
from kelisim.domain.mails import Attachment, Mail, MailFault, MailKind
from kelisim.services.heads import Published
from kelisim.web.dates import day_words
from kelisim.web.house import house
from kelisim.web.words import Words

HEADS = "/.well-known/kelisim-journal.json"
FAULTS: Words = {
    MailFault.AWAY: lazy_gettext("the mail server does not answer"),
    MailFault.TLS: lazy_gettext("the mail server offers no encryption"),
    MailFault.CERTIFICATE: lazy_gettext("the certificate of the mail server does not hold"),
    MailFault.LOGIN: lazy_gettext("the mail server does not take the user and the password"),
    MailFault.REFUSED: lazy_gettext("the mail server refused the mail"),
}


def head_mail(published: Published) -> Mail:
    """The head of a day: kept in a mailbox, it proves later that nothing was taken out of the journal."""
    head, site = published.head, house().settings

    def text() -> str:
        return gettext(
            "The journal of %(site)s on %(day)s: %(entries)s entries.\n\nKeep this mail. With its file anyone who "
            "runs the site can show later that no entry was changed or taken out since:\n"
            "flask journal verify --head FILE\n\nEvery head is published at %(address)s",
            site=site.site_name,
            day=day_words(head.day),
            entries=head.entries,
            address=f"{site.address}{HEADS}",
        )

    file = Attachment(f"kelisim-journal-{head.day.isoformat()}.json", published.file.encode())
    return written(
        MailKind.JOURNAL_HEAD,
        lambda: gettext("%(site)s: head of the journal, %(day)s", site=site.site_name, day=head.day.isoformat()),
        text,
        file,
    )


def written(
    kind: MailKind, subject: Callable[[], str], text: Callable[[], str], attachment: Attachment | None = None
) -> Mail:
    """A mail in its languages; the subject is in the first of them."""
    chosen = house().settings.mail_language
    languages = (chosen,) if chosen else LANGUAGES
    texts = []
    for language in languages:
        with force_locale(language):
            texts.append(text())
    with force_locale(languages[0]):
        return Mail(kind, subject(), "\n\n---\n\n".join(texts) + "\n", attachment)
