"""The form while it is closed: the Consent must name a way to reach the Operator that nobody has set yet."""

from wtforms import Form

from kelisim.web.frame import render, render_kept
from kelisim.web.house import house
from kelisim.web.pages import ClosedPage

_PAGE = "public/submissions/closed.html"
_TYPED = ("name", "second_name", "phone")


def is_closed() -> bool:
    """True while a setting that the Consent must name is missing."""
    return bool(house().settings.unset)


def closed_page() -> str:
    """For who opens the address of the form."""
    return render_kept(_PAGE, "closed", lambda: {"closed": ClosedPage(())})


def closed_after_sending(form: Form) -> str:
    """For who had the form open already: nothing was stored, and what was typed can be copied."""
    typed = tuple((str(form[name].label.text), form[name].data) for name in _TYPED if form[name].data)
    return render(_PAGE, banner=True, closed=ClosedPage(typed))
