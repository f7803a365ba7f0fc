"""When work that nobody asks for is done: the schedule of the jobs."""

from datetime import datetime, timedelta

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
# One or two faults in a row are the database's restart; the third, minutes later, is something to look at.
_FAILURES_OF_LATE = 3


def next_due(began: datetime, finished: datetime, every: timedelta) -> datetime:
    """When a job that went well is due again: counted from its beginning, so that its length does not move it."""
    return max(finished, began + every)


def due_after_failure(finished: datetime, every: timedelta, failures: int) -> datetime:
    """When a job that failed is tried again, for the ``failures``-th time in a row (1 or more).

    The pause begins at a minute, or at the interval where that is shorter, and doubles up to an hour, or to the interval
    where that is longer.
    """
    pause, longest = min(every, _FIRST_PAUSE), max(every, _LONGEST_PAUSE)
    for _ in range(failures - 1):
        if pause >= longest:
            break
        pause *= 2
    return finished + min(pause, longest)


def is_late(next_due: datetime, failures: int, *, held: bool, now: datetime, patience: timedelta) -> bool:
    """True for a job that went wrong several times in a row, or that nobody has begun for ``patience`` since it was due."""
    return failures >= _FAILURES_OF_LATE or (not held and next_due + patience < now)
