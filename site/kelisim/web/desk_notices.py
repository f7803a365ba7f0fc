"""What is said on every page of the desk until it is mended."""

from flask_babel import gettext

from kelisim.web.house import house
from kelisim.web.pages import Notice


def desk_notices() -> tuple[Notice, ...]:
    """The notices that stand now."""
    return _closed()


def _closed() -> tuple[Notice, ...]:
    unset = house().settings.unset
    if not unset:
        return ()
    text = gettext(
        "Visitors cannot send it, because the Consent must name what is not set yet: %(settings)s. Set it in "
        "settings.toml and start the site again. My data, withdrawals and requests work as before.",
        settings=", ".join(unset),
    )
    return (Notice(gettext("The form is closed"), text),)
