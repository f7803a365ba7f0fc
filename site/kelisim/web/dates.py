"""Days and moments in words, as natives of each language write them; times are those of Almaty.

The words are here and not asked of Babel: its data of three languages would take 6 MB of each process that shows one day.
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from flask_babel import get_locale

from kelisim.domain.deadlines import at_home

# In Russian the year is followed by its short word; in Kazakh it comes first. No line begins with a month or with that word.
_DAYS = {
    "en": "{0.day}\u00a0{1} {0.year}",
    "ru": "{0.day}\u00a0{1} {0.year}\u00a0г.",
    "kk": "{0.year}\u00a0ж. {0.day}\u00a0{1}",
}
_MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
}

# As HTML writes a day and an hour: 2026-11-23, 14:30.
_LENGTHS = {"date": 10, "time": 5}


def day_words(day: date) -> str:
    """A day: 23 November 2026, 23 ноября 2026 г., 2026 ж. 23 қараша."""
    language = str(get_locale())
    if language not in _DAYS:
        language = "en"
    return _DAYS[language].format(day, _MONTHS[language].split()[day.month - 1])


def moment_words(moment: datetime | date) -> str:
    """A moment: the day, then hours and minutes. Where no more than the day is known, the day."""
    if not isinstance(moment, datetime):
        return day_words(moment)
    there = at_home(moment)
    return f"{day_words(there)}, {there:%H:%M}"


def machine_words(moment: datetime | date) -> str:
    """For ``datetime`` and ``value`` attributes: HTML knows no more than three digits of a second."""
    return moment.isoformat(timespec="milliseconds") if isinstance(moment, datetime) else moment.isoformat()


def control_for(typed: object, kind: str) -> str:
    """The type of the control that shows what was typed into one of this kind: a browser shows nothing of what is no day
    in one for days, and no hour in one for hours.
    """
    read = {"date": date.fromisoformat, "time": time.fromisoformat}.get(kind)
    if read is None or not typed:
        return kind
    try:
        read(str(typed))
    except ValueError:
        return "text"
    return kind if len(str(typed)) == _LENGTHS[kind] else "text"


def _pattern() -> str:
    return _DAYS.get(str(get_locale()), _DAYS["en"])
