"""How long a submission is kept (Art. 8(4)(3))."""

from datetime import date


def kept_until(received: date, years: int) -> date:
    """The last day, ``years`` after the day of sending; 28 February for who sent on the 29th."""
    try:
        return received.replace(year=received.year + years)
    except ValueError:
        return received.replace(year=received.year + years, day=28)
