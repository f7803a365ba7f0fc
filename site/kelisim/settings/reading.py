"""Reading settings: ``settings.toml`` of an instance, KELISIM_* of the environment, and each value's type and bounds."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import Field
from pathlib import Path
from typing import Any

from kelisim.settings.entry import SettingsError

_VARIABLE = "KELISIM_"
# The one variable that is no setting: it says where the settings are.
_INSTANCE = f"{_VARIABLE}INSTANCE"
# What was a setting once, and what takes its place.
_GONE = {"recipients": "delete it: visitors are told of the recipients in the desk's register (/operator/recipients)."}


def variable_of(entry: "Field[Any]") -> str:
    """The environment variable of a setting."""
    return f"{_VARIABLE}{entry.name.upper()}"


def instance_path(environment: Mapping[str, str], root: Path) -> Path:
    """The instance folder: ``KELISIM_INSTANCE``, else ``instance/`` beside wsgi.py."""
    chosen = environment.get(_INSTANCE, "").strip()
    return Path(chosen).expanduser().absolute() if chosen else root / "instance"


def read(instance: Path, environment: Mapping[str, str], entries: Sequence["Field[Any]"]) -> dict[str, Any]:
    """The settings that somebody has set; the environment wins.

    Raises SettingsError for an unknown name, a wrong type or a value out of bounds.
    """
    return {**_from_file(instance / "settings.toml", entries), **_from_environment(environment, entries)}


def _from_file(path: Path, entries: Sequence["Field[Any]"]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path} cannot be read ({problem}): give this user the right to read it.") from None
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{path} is not valid TOML: {problem}.") from None
    known = {entry.name: entry for entry in entries}
    for name, value in found.items():
        if name not in known:
            raise SettingsError(f"{path}: there is no setting {name!r}; {_instead_of(name)}")
        _check(known[name], value, f"{name} in {path}")
    return found


def _from_environment(environment: Mapping[str, str], entries: Sequence["Field[Any]"]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    known = {variable_of(entry): entry for entry in entries}
    for variable in sorted(name for name in environment if name.startswith(_VARIABLE) and name != _INSTANCE):
        if variable not in known:
            gone = variable.removeprefix(_VARIABLE).lower()
            raise SettingsError(f"{variable} is set, but there is no such setting; {_instead_of(gone)}")
        entry = known[variable]
        values[entry.name] = _converted(entry, environment[variable].strip(), variable)
        _check(entry, values[entry.name], variable)
    return values


def _instead_of(name: str) -> str:
    """What mends a name that is no setting."""
    return _GONE.get(name, "docs/settings.md lists them all.")


def _converted(entry: "Field[Any]", text: str, where: str) -> Any:
    if entry.type is bool:
        if text.lower() not in {"true", "false"}:
            raise SettingsError(f"{where} is {text!r}: write true or false.")
        return text.lower() == "true"
    if entry.type is int:
        if not re.fullmatch("[0-9]{1,18}", text):
            raise SettingsError(f"{where} is {text!r}: write a whole number.")
        return int(text)
    return text


def _check(entry: "Field[Any]", value: Any, where: str) -> None:
    if type(value) is not entry.type:
        kind = {bool: "true or false", int: "a whole number", str: 'text in "quotes"'}[entry.type]  # type: ignore[index]  # mypy: Field.type may be a string, but this module has no postponed annotations
        raise SettingsError(f"{where} is {value!r}: write {kind}.")
    least, most = entry.metadata["least"], entry.metadata["most"]
    if least is not None and value < least:
        raise SettingsError(f"{where} is {value}: the least is {least}.")
    if most is not None and value > most:
        raise SettingsError(f"{where} is {value}: the most is {most}.")
    if isinstance(value, str) and any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in value):
        raise SettingsError(f"{where} holds a line break, a control sign or no UTF-8: write it on one line.")
