"""What is due, of several nouns as one list."""

from datetime import date

from kelisim.domain.due import Due, DueItem, DueNoun, together

TODAY = date(2026, 12, 14)


def item(noun: DueNoun, day: int, key: str = "1") -> DueItem:
    return DueItem(noun, "x", key, TODAY.replace(day=day))


def test_the_most_urgent_of_all_come_first_and_all_are_counted() -> None:
    requests = Due((item(DueNoun.REQUEST, 12), item(DueNoun.REQUEST, 15)), 4, 1)
    incidents = Due((item(DueNoun.INCIDENT, 11), item(DueNoun.INCIDENT, 15)), 1, 2)
    found = together([requests, incidents, Due((), 0, 0)], rows=3)
    assert [(one.noun, one.due.day) for one in found.items] == [
        (DueNoun.INCIDENT, 11),
        (DueNoun.REQUEST, 12),
        (DueNoun.INCIDENT, 15),
    ]
    assert (found.waiting, found.overdue) == (5, 3)
