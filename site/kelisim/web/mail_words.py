"""The mails to the Operator, in each language of the site: nobody knows which of them reads the mailbox."""

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
    texts = []
    for language in LANGUAGES:
        with force_locale(language):
            texts.append(
                gettext(
                    "The journal of %(site)s on %(day)s: %(entries)s entries.\n\nKeep this mail. With its file anyone who "
                    "runs the site can show later that no entry was changed or taken out since:\n"
                    "flask journal verify --head FILE\n\nEvery head is published at %(address)s",
                    site=site.site_name,
                    day=day_words(head.day),
                    entries=head.entries,
                    address=f"{site.address}{HEADS}",
                )
            )
    with force_locale(LANGUAGES[0]):
        subject = gettext("%(site)s: head of the journal, %(day)s", site=site.site_name, day=head.day.isoformat())
    file = Attachment(f"kelisim-journal-{head.day.isoformat()}.json", published.file.encode())
    return Mail(MailKind.JOURNAL_HEAD, subject, "\n\n---\n\n".join(texts) + "\n", file)
