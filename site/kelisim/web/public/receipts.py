"""The receipt as a file, the bundle of evidence, and the page where anyone checks a receipt."""

import re
from functools import cached_property, partial
from io import SEEK_END
from typing import IO, Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, Form, StringField, ValidationError

from kelisim.domain.submissions import is_reference
from kelisim.services import bundles, receipts
from kelisim.services.receipts import Finding, Verdict
from kelisim.storage.db import db
from kelisim.web.forms import PublicForm, error_lines, sent_once, typed
from kelisim.web.frame import render
from kelisim.web.house import house
from kelisim.web.issuer import CHECK, issuer, papers
from kelisim.web.pages import VerdictPage
from kelisim.web.receipt_words import FINDINGS, STANDINGS, UNREADABLE

blueprint = Blueprint("receipts", __name__)

_FILE = "file"
_PART_BYTES = 65_536
_SHA256 = re.compile("[0-9a-f]{64}")
# What people and printers put between the signs of a number.
_BETWEEN = re.compile(r"[\s-]+")


class FileForm(PublicForm):
    """A receipt file to be checked."""

    purpose = "receipt_check"

    file = FileField(lazy_gettext("Receipt file"), description=lazy_gettext("The .json file that was saved."))

    class Meta(PublicForm.Meta):
        def wrap_formdata(self, form: Form, formdata: object) -> object:
            """This form alone takes a file."""
            sent: list[MultiDict[str, Any]] = [request.files, request.form]
            return CombinedMultiDict(sent)

    @cached_property
    def raw(self) -> bytes:
        """The bytes of the file, at most one more than a receipt may have."""
        content: bytes = self.file.data.stream.read(house().settings.receipt_file_bytes + 1)
        return content

    def validate_file(self, field: Field) -> None:
        """One file of a receipt's size."""
        sent_once(self, field)
        if not field.data:
            raise ValidationError(gettext("Choose the receipt file"))
        if len(self.raw) > house().settings.receipt_file_bytes:
            raise ValidationError(gettext("The file is larger than any receipt of this site: choose the receipt file"))


class PaperForm(PublicForm):
    """The numbers of a receipt that was kept on paper."""

    purpose = "receipt_check"

    reference = StringField(lazy_gettext("Reference"), description=lazy_gettext("8 signs, at the top of the receipt."))
    sha256 = StringField(
        lazy_gettext("SHA-256 of the receipt file"),
        description=lazy_gettext("64 digits and letters from a to f, under “How to prove it”. Spaces do not matter."),
    )

    @property
    def numbers(self) -> tuple[str, str]:
        """Reference and hash as they are compared."""
        return _joined(self.reference.data).upper(), _joined(self.sha256.data).lower()

    def validate_reference(self, field: Field) -> None:
        """A reference by its shape."""
        sent_once(self, field)
        if not is_reference(self.numbers[0]):
            raise ValidationError(gettext("Enter the reference: the 8 signs at the top of the receipt"))

    def validate_sha256(self, field: Field) -> None:
        """A hash by its shape."""
        sent_once(self, field)
        if not _SHA256.fullmatch(self.numbers[1]):
            raise ValidationError(gettext("Enter the SHA-256: 64 digits and letters from a to f"))


@blueprint.get("/receipt/<secret>/receipt.json")
def file(secret: str) -> Response:
    """The signed receipt behind its secret link."""
    found = receipts.by_secret(db.session(), secret, issuer=issuer())
    if found is None:
        abort(404)
    return attachment(found.file, f"kelisim-receipt-{found.receipt.reference}.json", "application/ld+json")


@blueprint.get("/receipt/<secret>/evidence.zip")
def evidence(secret: str) -> Response:
    """Everything that proves the consent, without operators' names."""
    found = bundles.for_person(db.session(), secret, issuer=issuer(), papers=papers(desk=False))
    if found is None:
        abort(404)
    return attachment(found.content, f"kelisim-evidence-{found.reference}.zip", "application/zip")


@blueprint.get(CHECK)
def check_page() -> str:
    """Two empty forms: for a file, and for what stands on paper."""
    return _page(FileForm(), PaperForm())


@blueprint.post(CHECK)
def check() -> str | tuple[str, int]:
    """Say whether this site issued the receipt and whether it stands. Nothing is stored."""
    return _check_file() if typed("way") == _FILE else _check_paper()


def attachment(content: bytes, name: str, content_type: str) -> Response:
    """A download under a fixed name."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=disposition)


def sent_from(file: IO[bytes], name: str, content_type: str) -> Response:
    """A download that is read from a file as it goes out, and closes it at its end."""
    length = file.seek(0, SEEK_END)
    file.seek(0)
    response = Response(iter(partial(file.read, _PART_BYTES), b""), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.content_length = length
    response.call_on_close(file.close)
    return response


def _check_file() -> str | tuple[str, int]:
    form, other = FileForm(), PaperForm(formdata=None)
    if not form.validate():
        return _page(form, other, sent=form), 422
    verdict = receipts.check_file(db.session(), form.raw, issuer=issuer())
    if verdict.why is not None:
        form.file.errors = [str(UNREADABLE[verdict.why])]
        return _page(form, other, sent=form), 422
    return _page(form, other, verdict=verdict)


def _check_paper() -> str | tuple[str, int]:
    form, other = PaperForm(), FileForm(formdata=None)
    if not form.validate():
        return _page(other, form, sent=form), 422
    reference, sha256 = form.numbers
    return _page(other, form, verdict=receipts.check_hash(db.session(), reference, sha256, issuer=issuer()))


def _page(
    file_form: FileForm, paper_form: PaperForm, *, sent: PublicForm | None = None, verdict: Verdict | None = None
) -> str:
    return render(
        "public/receipts/check.html",
        file_form=file_form,
        paper_form=paper_form,
        errors=error_lines(sent) if sent is not None else (),
        verdict=_verdict_page(verdict) if verdict is not None else None,
    )


def _verdict_page(verdict: Verdict) -> VerdictPage:
    heading, text = FINDINGS[verdict.finding]
    standing = verdict.standing
    return VerdictPage(
        issued=verdict.finding is Finding.ISSUED,
        heading=str(heading),
        text=str(text),
        reference=verdict.reference,
        standing=str(STANDINGS[standing.state]) if standing is not None else None,
        since=standing.shown if standing is not None else None,
    )


def _joined(typed_text: str | None) -> str:
    return _BETWEEN.sub("", typed_text or "")
