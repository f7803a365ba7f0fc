"""Realistic people: names and numbers in Kazakh, Russian, English and other languages."""

from typing import NamedTuple


class Person(NamedTuple):
    """One person. ``phone`` as they would type it, ``e164`` as it is stored."""

    name: str
    second_name: str
    phone: str
    e164: str


PEOPLE = (
    Person("Айгерім", "Сейтқали", "8 701 123 45 67", "+77011234567"),
    Person("Нұрсұлтан", "Әбілқасымұлы", "+7 (702) 555-01-23", "+77025550123"),
    Person("Ө", "Қуанышбекқызы", "87753334455", "+77753334455"),
    Person("Анна-Мария", "Римская-Корсакова", "8 (912) 345-67-89", "+79123456789"),
    Person("Пётр", "Щёголев", "+7 495 123-45-67", "+74951234567"),
    Person("Siobhán", "O’Connor", "+353 1 234 5678", "+35312345678"),
    Person("John", "d'Artagnan", "00 44 20 7946 0958", "+442079460958"),
    Person("Nguyễn", "Thị Minh Khai", "+84 24 3825 2525", "+842438252525"),
    Person("山田", "太郎", "+81 3-1234-5678", "+81312345678"),
    Person("محمد", "الفارسي", "+971 4 321 4567", "+97143214567"),
    Person("Ravi", "a/l Kumar", "+60 3-2234 5678", "+60322345678"),
    Person("Martin Luther", "King, Jr.", "+1 (404) 555-2671", "+14045552671"),
)
