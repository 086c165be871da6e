"""What one version says, read from JSON or TOML values and checked by field path."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from campaigns import said
from campaigns.prompts.library.fields import (
    at,
    entries,
    flag,
    known_only,
    one_of,
    part,
    text_in,
    whole_in,
)
from campaigns.prompts.library.filling import gaps
from campaigns.prompts.library.variables import (
    LONGEST_CHOICE,
    LONGEST_LABEL,
    LONGEST_VALUE,
    MOST_CHOICES,
    NAME,
    BadValue,
    Kind,
    Variable,
    clean,
)
from generation.asks import LONGEST_PROMPT, RATIOS, JobAsk, Refused, check_terms
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import Tier

MOST_VARIABLES = 12
LONGEST_NOTE = 200
PARTS = ("body", "variables", "renderings", "settings", "change_note")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms that go with a template's prompt. `provider` is tried first, if any."""

    seconds: int = 5
    tier: str = Tier.STANDARD.value
    ratio: str = "16:9"
    style: str = ""
    negative_prompt: str = ""
    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class Content:
    """`renderings` are bodies of their own by provider, with the same variables."""

    body: str
    variables: tuple[Variable, ...] = ()
    renderings: Mapping[str, str] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    change_note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "body": self.body,
            "variables": [variable.as_json() for variable in self.variables],
            "renderings": dict(self.renderings),
            "settings": asdict(self.terms),
            "change_note": self.change_note,
        }


def read_content(told: Any, *, path: str = "") -> Content:
    """Raises Refused, naming the field by its path (`versions.0.variables.1.type`)."""
    table = part(told, path=path)
    known_only(table, PARTS, path=path)
    variables = tuple(_variables(table, path=path))
    body = _body(table.get("body"), variables, path=at(path, "body"))
    renderings = dict(_renderings(table, variables, path=at(path, "renderings")))
    _all_used(variables, (body, *renderings.values()), path=at(path, "variables"))
    note = text_in(table, "change_note", path=path)
    return Content(
        body=body,
        variables=variables,
        renderings=renderings,
        terms=_terms(table.get("settings", {}), path=at(path, "settings")),
        change_note=said.line(note, field=at(path, "change_note"), most=LONGEST_NOTE),
    )


def _body(text: Any, variables: Sequence[Variable], *, path: str) -> str:
    if not isinstance(text, str):
        raise Refused("Send the text of the prompt.", field=path, code="required")
    body = said.text(text, field=path, most=LONGEST_PROMPT)
    if not body:
        raise Refused("Write the prompt, with its gaps as {name}.", field=path, code="required")
    known = {variable.name for variable in variables}
    if strange := [name for name in gaps(body) if name not in known]:
        raise Refused(f"There is no variable {strange[0]}. Add it, or close the gap.", field=path)
    return body


def _renderings(
    table: Mapping[str, Any], variables: Sequence[Variable], *, path: str
) -> Iterator[tuple[str, str]]:
    told = part(table.get("renderings", {}), path=path)
    known_only(told, tuple(ADAPTERS), path=path)
    for provider, text in told.items():
        if text != "":
            yield provider, _body(text, variables, path=at(path, provider))


def _variables(table: Mapping[str, Any], *, path: str) -> Iterator[Variable]:
    where = at(path, "variables")
    names: set[str] = set()
    for index, one in enumerate(
        entries(table.get("variables", []), most=MOST_VARIABLES, path=where)
    ):
        variable = _variable(one, path=at(where, index))
        if variable.name in names:
            words = f"{variable.name} stands here twice. Keep it once."
            raise Refused(words, field=at(where, index, "name"))
        names.add(variable.name)
        yield variable


def _variable(told: Any, *, path: str) -> Variable:
    table = part(told, path=path)
    known_only(table, ("name", "type", "label", "default", "choices", "required"), path=path)
    name = text_in(table, "name", path=path)
    if not NAME.fullmatch(name):
        words = "Name it with a letter first, then letters, digits and _, up to 40 in all."
        raise Refused(words, field=at(path, "name"))
    kind = Kind(one_of(table, "type", tuple(Kind), default=Kind.TEXT, path=path))
    choices = tuple(_choices(table, kind, path=at(path, "choices")))
    label = text_in(table, "label", path=path) or name.replace("_", " ").capitalize()
    bare = Variable(
        name=name,
        type=kind,
        label=said.line(label, field=at(path, "label"), most=LONGEST_LABEL),
        choices=choices,
        required=flag(table, "required", default=True, path=path),
    )
    try:
        default = clean(bare, text_in(table, "default", path=path))
    except BadValue as bad:
        raise Refused(str(bad), field=at(path, "default")) from None
    return Variable(**{**vars(bare), "default": default})


def _choices(table: Mapping[str, Any], kind: Kind, *, path: str) -> Iterator[str]:
    told = entries(table.get("choices", []), most=MOST_CHOICES, path=path)
    if kind is not Kind.CHOICE:
        if told:
            raise Refused("Only a variable of type choice has choices.", field=path)
        return
    if len(told) < 2:
        raise Refused("Give at least two choices.", field=path)
    if not all(isinstance(one, str) for one in told):
        raise Refused("Send texts.", field=path)
    yield from said.lines(told, field=path, most=MOST_CHOICES, longest=LONGEST_CHOICE)


def _all_used(variables: Sequence[Variable], texts: Sequence[str], *, path: str) -> None:
    used = {name for text in texts for name in gaps(text)}
    for index, variable in enumerate(variables):
        if variable.name not in used:
            words = f"No text has a gap {{{variable.name}}}. Write it in, or take this out."
            raise Refused(words, field=at(path, index, "name"))


def _terms(told: Any, *, path: str) -> Terms:
    table = part(told, path=path)
    known_only(table, tuple(Terms.__dataclass_fields__), path=path)
    plain = Terms()
    terms = Terms(
        seconds=whole_in(table, "seconds", default=plain.seconds, path=path),
        tier=one_of(table, "tier", tuple(Tier), default=plain.tier, path=path),
        ratio=one_of(table, "ratio", RATIOS, default=plain.ratio, path=path),
        style=one_of(table, "style", ("", *STYLES), default="", path=path),
        negative_prompt=said.text(
            text_in(table, "negative_prompt", path=path),
            field=at(path, "negative_prompt"),
            most=LONGEST_VALUE * 2,
        ),
        provider=one_of(table, "provider", ("", *ADAPTERS), default="", path=path),
    )
    try:
        check_terms(JobAsk(prompt="", seconds=terms.seconds, ratio=terms.ratio))
    except Refused as refused:
        raise Refused(refused.message, field=at(path, "seconds")) from None
    return terms
