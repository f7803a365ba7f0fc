"""How long a submission is kept (Art. 8(4)(3)): as it was stated to that person, whatever is stated since."""

from datetime import date

from kelisim.domain.statements import Stated


def kept_until(received: date, stated: Stated) -> date:
    """The last day: the years that were stated, from the day of sending; 28 February for who sent on the 29th."""
    try:
        return received.replace(year=received.year + stated.years)
    except ValueError:
        return received.replace(year=received.year + stated.years, day=28)
