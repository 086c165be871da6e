"""Texts and lists of texts that people give: one spelling, checked, refused by field."""

from collections.abc import Iterable

from generation.asks import CONTROLS, Refused, normal


def text(value: str, *, field: str, most: int) -> str:
    """Several lines at will. Raises Refused."""
    said = normal(value.replace("\r\n", "\n"))
    if len(said) > most:
        raise Refused(f"Keep it to {most} characters; these are {len(said)}.", field=field)
    if CONTROLS.search(said):
        raise Refused("Remove the control characters.", field=field)
    return said


def line(value: str, *, field: str, most: int) -> str:
    """One line, with single blanks. Raises Refused."""
    return text(" ".join(value.split()), field=field, most=most)


def name(value: str, *, field: str, most: int) -> str:
    """One line that is not empty. Raises Refused."""
    said = line(value, field=field, most=most)
    if not said:
        raise Refused(f"Give it a name of 1 to {most} characters.", field=field, code="required")
    return said


def lines(values: Iterable[str], *, field: str, most: int, longest: int) -> list[str]:
    """Up to `most` different lines of 1 to `longest` characters. Raises Refused."""
    found: list[str] = []
    for value in values:
        said = " ".join(normal(value).split())
        if not 1 <= len(said) <= longest:
            raise Refused(f"Give each entry 1 to {longest} characters.", field=field)
        if CONTROLS.search(said):
            raise Refused(f"Remove the control characters from “{said[:40]}”.", field=field)
        if said in found:
            raise Refused(f"“{said[:60]}” stands here twice. Keep it once.", field=field)
        found.append(said)
    if len(found) > most:
        raise Refused(f"Keep it to {most} entries; these are {len(found)}.", field=field)
    return found


def whole(value: int | None, *, field: str, least: int, most: int) -> int | None:
    """A number within its bounds, or none. Raises Refused."""
    if value is not None and not least <= value <= most:
        raise Refused(f"Choose {least} to {most}, or leave it out.", field=field)
    return value
