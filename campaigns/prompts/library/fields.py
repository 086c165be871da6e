"""Values out of JSON or TOML, each of its own type or refused by its path."""

from collections.abc import Mapping, Sequence
from typing import Any

from generation.asks import Refused


def at(*parts: str | int) -> str:
    """ "versions.0.body"; empty parts are left out."""
    return ".".join(str(one) for one in parts if one != "")


def part(told: Any, *, path: str) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise Refused("Send an object.", field=path or "template")
    return told


def entries(told: Any, *, most: int, path: str) -> Sequence[Any]:
    if not isinstance(told, list | tuple):
        raise Refused("Send a list.", field=path)
    if len(told) > most:
        raise Refused(f"Keep it to {most}; these are {len(told)}.", field=path)
    return told


def known_only(table: Mapping[str, Any], names: Sequence[str], *, path: str) -> None:
    for name in table:
        if name not in names:
            words = f"Unknown field. Known are {', '.join(names)}."
            raise Refused(words, field=at(path, str(name)[:40]), code="unknown_field")


def text_in(table: Mapping[str, Any], name: str, *, path: str, default: str = "") -> str:
    value = table.get(name, default)
    if not isinstance(value, str):
        raise Refused("Send a text.", field=at(path, name))
    return value


def whole_in(table: Mapping[str, Any], name: str, *, path: str, default: int) -> int:
    value = table.get(name, default)
    if type(value) is not int:
        raise Refused("Send a whole number, without quotes.", field=at(path, name))
    return value


def flag(table: Mapping[str, Any], name: str, *, path: str, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise Refused("Send true or false, without quotes.", field=at(path, name))
    return value


def one_of(
    table: Mapping[str, Any], name: str, choices: Sequence[str], *, path: str, default: str
) -> str:
    value = table.get(name, default)
    if not isinstance(value, str) or value not in choices:
        words = ", ".join(str(choice) for choice in choices if choice)
        raise Refused(f"Choose one of {words}.", field=at(path, name), code="invalid_choice")
    return str(value)
