"""Who the made-up people are: names as they are met in Kazakhstan, numbers of a range that is not given out."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from kelisim.domain.submissions import PersonalData


@dataclass(frozen=True)
class Made:
    """Somebody made up, and the language they read the site in."""

    personal: PersonalData
    language: str


# Of each group: language, first names, second names. A second name of one group fits each of its first names.
_GROUPS = (
    ("kk", "Айгерім Әсел Гүлнәр Жансая Мөлдір Нұргүл Сымбат Аружан Зере Әйгерім Балжан Перизат Үміт Шолпан Қарлығаш",
     "Қуанышбекқызы Нұрланқызы Тілеуқызы Серікқызы Әбдіқадырова Жұмабаева Оспанова Сәрсенова Ысқақова Әлімқұлова"),
    ("kk", "Нұрсұлтан Мұхтар Әлихан Ерлан Қайрат Бекзат Дәурен Ғалым Жәнібек Мақсат Олжас Рүстем Сұлтан Шыңғыс Ұлан",
     "Мұратұлы Серікұлы Әбдіқадыров Жұмабаев Оспанов Сәрсенов Ысқақов Төлегенов Қасымбек Өмірбай Есенқұл Аманжол"),
    ("ru", "Ольга Наталья Елена Анастасия Ирина Дарья Алёна Виктория Мадина Динара Сауле Камила Айнур Лейла",
     "Иванова Ким Соколова Пак Ахметова Кузнецова Шевченко Мусина Байжанова Тен Сулейменова Попова-Ли Цой"),
    ("ru", "Сергей Тимур Борис Андрей Пётр Руслан Арман Данияр Евгений Ильяс Марат Вадим Ян Тимофей",
     "Иванов Ким Соколов-Ежов Ахметов Кузнецов Шевченко Мусин Байжанов Ли Тен Югай Сулейменов Фёдоров"),
    ("en", "Dinara Aruzhan Zhanel Madina Mary-Ann Sophie Mei Fatima Aigerim Kamila",
     "Seitkali Bekova O’Connor Ibragimova van_den_Berg Müller Zhang Demir Suleimenova Kowalczyk"),
    ("en", "Nursultan Timur James Ali Yerlan Chen Mehmet Daniyar John-Paul Arman",
     "Akhmetov Kim McKenzie Yılmaz Nurlanuly de_la_Cruz Zhang Omarov Suleimenov Smith"),
)  # fmt: skip  # a group of names is read side by side
_OFTEN = (5, 5, 4, 4, 1, 1)
_NUMBERS = 10_000
# Of so many people one has sent the form before: with the same number.
_COMES_AGAIN = 40


def people(chance: Random) -> Iterator[Made]:
    """One after the other, without end."""
    groups = [(language, first.split(), second.split()) for language, first, second in _GROUPS]
    numbers = chance.sample(range(_NUMBERS), _NUMBERS)
    before: list[Made] = []
    for number in numbers:
        if len(before) > _COMES_AGAIN and not number % _COMES_AGAIN:
            yield chance.choice(before)
            continue
        language, first, second = chance.choices(groups, _OFTEN)[0]
        name, second_name = chance.choice(first), chance.choice(second).replace("_", " ")
        made = Made(PersonalData(name, second_name, f"+7700000{number:04}"), language)
        before.append(made)
        yield made
