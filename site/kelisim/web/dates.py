"""Days and moments in words, as natives of each language write them; times are those of Almaty."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, get_locale

# Babel's own Kazakh pattern puts the year where a Russian would. In Russian the year is followed by its short word.
# No line begins with a month or with that word.
_DAYS = {"en": "d\u00a0MMMM y", "ru": "d\u00a0MMMM y\u00a0'г.'", "kk": "y\u00a0'ж.' d\u00a0MMMM"}


def day_words(day: date) -> str:
    """A day: 23 November 2026, 23 ноября 2026 г., 2026 ж. 23 қараша."""
    return format_date(day, _pattern())


def moment_words(moment: datetime | date) -> str:
    """A moment: the day, then hours and minutes. Where no more than the day is known, the day."""
    if not isinstance(moment, datetime):
        return day_words(moment)
    return format_datetime(moment, f"{_pattern()}, HH:mm")


def machine_words(moment: datetime | date) -> str:
    """For ``datetime`` and ``value`` attributes: HTML knows no more than three digits of a second."""
    return moment.isoformat(timespec="milliseconds") if isinstance(moment, datetime) else moment.isoformat()


def _pattern() -> str:
    return _DAYS.get(str(get_locale()), _DAYS["en"])
