"""Who sends the forms of the bench: names and numbers as they are in Kazakhstan."""

from itertools import cycle, product
from urllib.parse import urlencode

_NAMES = ("Айгерім", "Nursultan", "Ольга", "Dinara", "Мұхтар", "Сергей", "Aruzhan", "Әлихан")
_SECOND_NAMES = ("Қуанышбекқызы", "Akhmetov", "Иванова", "Seitkali", "Жұмабаев", "Kim", "Оспанова", "Bekova")
PEOPLE = tuple(product(_NAMES, _SECOND_NAMES))
_TOPICS = ("feedback", "support", "products", "")

TOKEN = rb'<form[^>]* action="/"[^>]*>.*?name="token"[^>]*value="([^"]+)"'


def forms(tokens: list[bytes]) -> list[bytes]:
    """One filled-in form per token, encoded as a browser does."""
    people = cycle(product(_NAMES, _SECOND_NAMES, _TOPICS))
    return [_encoded(token, person, number) for number, (token, person) in enumerate(zip(tokens, people, strict=False))]


def _encoded(token: bytes, person: tuple[str, str, str], number: int) -> bytes:
    name, second_name, topic = person
    fields = {
        "token": token.decode(),
        "website": "",
        "name": name,
        "second_name": second_name,
        "phone": f"8 701 {number % 900 + 100} 31 37",
        "topic": topic,
        "consent": "yes",
    }
    return urlencode(fields).encode()
