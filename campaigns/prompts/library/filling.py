"""`{gaps}` in a text, and filling them. Free of Django.

A gap is a name in single braces. Every other brace is a character like any, so `{{name}}` and
`{not a name}` stay as they are. A text is filled in one pass: braces in a value mean nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.prompts.library.variables import NAME, BadValue, Variable, clean

GAP = re.compile(r"(?<!\{)\{(" + NAME.pattern + r")\}(?!\})")
CLOSES = (",", ".", ";", ":", "!", "?")


class Unfilled(Exception):
    """What is wrong with values, by the variable's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


@dataclass(frozen=True, kw_only=True)
class Values:
    """A clean value for every variable, and where those came from that nobody gave."""

    by_name: Mapping[str, str]
    from_brand: frozenset[str] = frozenset()


def gaps(text: str) -> tuple[str, ...]:
    """The names in the order in which they stand first."""
    return tuple(dict.fromkeys(GAP.findall(text)))


def values_for(
    variables: Sequence[Variable],
    given: Mapping[str, str],
    *,
    brand: Mapping[str, str] | None = None,
    partial: bool = False,
) -> Values:
    """What was given, else what the brand kit has by that name, else the variable's default.

    Raises Unfilled, naming unknown and missing variables and every bad value; with `partial`
    a missing one stays empty.
    """
    known = {variable.name: variable for variable in variables}
    errors = {name: _unknown(name, known) for name in given if name not in known}
    found: dict[str, str] = {}
    branded: set[str] = set()
    for name, variable in known.items():
        try:
            found[name] = clean(variable, given.get(name, ""))
        except BadValue as bad:
            errors[name] = str(bad)
            continue
        if not found[name]:
            found[name], from_brand = _default(variable, (brand or {}).get(name, ""))
            branded |= {name} if from_brand else set()
        if not found[name] and variable.required and not partial:
            errors[name] = f"Fill in {variable.label or name}."
    if errors:
        raise Unfilled(errors)
    return Values(by_name=found, from_brand=frozenset(branded))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its gaps filled. Where a value is empty, the comma before it goes with it.

    Raises Unfilled for a gap without a value.
    """
    if missing := [name for name in gaps(text) if name not in values]:
        raise Unfilled({name: f"There is no variable {name}." for name in missing})
    said, at = "", 0
    for gap in GAP.finditer(text):
        value, before, at = values[gap[1]], text[at : gap.start()], gap.end()
        said = _joined(said, before if value else _closed_up(before, text[at:])) + value
    return _joined(said, text[at:]).strip()


def _default(variable: Variable, branded: str) -> tuple[str, bool]:
    """A brand's value that this variable cannot take is left alone."""
    try:
        value = clean(variable, branded)
    except BadValue:
        value = ""
    return (value, True) if value else (variable.default, False)


def _closed_up(before: str, rest: str) -> str:
    """What the template has before an empty value, without the comma that led up to it."""
    ended = not rest.strip() or rest.lstrip().startswith(CLOSES)
    return before.rstrip().removesuffix(",").rstrip() if ended else before.rstrip()


def _joined(said: str, more: str) -> str:
    """Two pieces of the template; a sentence does not begin with what closes one."""
    if (not said or said.endswith((".", "!", "?"))) and more.lstrip().startswith(CLOSES):
        more = more.lstrip()[1:]
        return f"{said}{more}" if said else more.lstrip()
    return said + more


def _unknown(name: str, known: Mapping[str, Variable]) -> str:
    shown = name[:40]
    if not known:
        return f"There is no variable {shown}: this template has none."
    return f"There is no variable {shown}. There are {', '.join(known)}."
