"""The form that writes a template: what was typed, kept as text, and the content that it means."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.pages.typed import lines_told, lines_typed
from campaigns.prompts.library.content import MOST_VARIABLES, Content, read_content
from campaigns.prompts.library.filling import gaps
from campaigns.prompts.library.variables import Kind, Variable
from campaigns.prompts.library.versions import content_of
from generation.asks import Refused
from providers.catalogue_file import PROVIDERS

TEXTS = ("name", "kind", "description", "body", "change_note")
TERMS = ("seconds", "tier", "ratio", "style", "negative_prompt", "provider")
ROW = ("name", "type", "label", "default", "choices")
KINDS_OF_GAP = {
    Kind.TEXT: "Words",
    Kind.CHOICE: "One of a list",
    Kind.NUMBER: "A number",
    Kind.PRODUCT: "A product",
    Kind.COLOUR: "A colour",
}
LONGEST = 8000
SPARE = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """One variable as typed; `choices` one a line, `wrong` says what to put right."""

    index: int
    name: str = ""
    type: str = Kind.TEXT.value
    label: str = ""
    default: str = ""
    choices: str = ""
    required: bool = True
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class TypedTemplate:
    texts: dict[str, str]
    terms: dict[str, str]
    renderings: dict[str, str]
    rows: tuple[Row, ...]
    wrong: dict[str, str] = field(default_factory=dict)


def blank() -> TypedTemplate:
    terms = {"seconds": "5", "tier": "draft", "ratio": "16:9"}
    return TypedTemplate(texts={"kind": "other"}, terms=terms, renderings={}, rows=_with_spare(()))


def typed_of(template: PromptTemplate, version: TemplateVersion) -> TypedTemplate:
    """The form filled with what a version says; the note of its change is not the next one's."""
    content = content_of(version)
    told = content.as_json()
    note = content.change_note if version.published_at is None else ""
    return TypedTemplate(
        texts={
            "name": template.name,
            "kind": template.kind,
            "description": template.description,
            "body": content.body,
            "change_note": note,
        },
        terms={name: str(value) for name, value in told["settings"].items()},
        renderings=dict(content.renderings),
        rows=_with_spare(tuple(_row(one) for one in content.variables)),
    )


def typed_from(data: QueryDict) -> TypedTemplate:
    """What a browser sent. A gap that no row names becomes a row of its own."""
    rows = [_row_from(data, index) for index in range(MOST_VARIABLES)]
    named = [row for row in rows if row.name]
    renderings = {name: data.get(f"r-{name}", "")[:LONGEST] for name in PROVIDERS}
    body = data.get("body", "")[:LONGEST]
    known = {row.name for row in named}
    for text in (body, *renderings.values()):
        for name in gaps(text):
            if name not in known:
                known.add(name)
                named.append(Row(index=0, name=name))
    return TypedTemplate(
        texts={name: data.get(name, "")[:LONGEST] for name in TEXTS},
        terms={name: data.get(name, "")[:LONGEST] for name in TERMS},
        renderings=renderings,
        rows=_with_spare(tuple(named)),
    )


def content_from(typed: TypedTemplate) -> Content:
    """Raises Refused, naming the field by its path."""
    terms: dict[str, Any] = dict(typed.terms)
    seconds = terms["seconds"].strip()
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 6):
        raise Refused("Type a whole number.", field="settings.seconds")
    return read_content(
        {
            "body": typed.texts["body"].replace("\r\n", "\n"),
            "variables": [_told(row) for row in typed.rows if row.name],
            "renderings": {n: t.strip() for n, t in typed.renderings.items() if t.strip()},
            "settings": {**terms, "seconds": int(seconds)},
            "change_note": typed.texts["change_note"],
        }
    )


def refused(typed: TypedTemplate, fault: Refused) -> TypedTemplate:
    """The same with the words of the refusal where they belong."""
    head, _, rest = fault.field.partition(".")
    index = rest.partition(".")[0]
    if head == "variables" and index.isdigit():
        rows = tuple(
            Row(**{**vars(row), "wrong": fault.message}) if row.index == int(index) else row
            for row in typed.rows
        )
        return TypedTemplate(**{**vars(typed), "rows": rows})
    name = {"settings": rest, "renderings": f"r-{rest}"}.get(head, head)
    return TypedTemplate(**{**vars(typed), "wrong": {name or "form": fault.message}})


def _row(variable: Variable) -> Row:
    return Row(
        index=0,
        name=variable.name,
        type=variable.type.value,
        label=variable.label,
        default=variable.default,
        choices=lines_told(variable.choices),
        required=variable.required,
    )


def _row_from(data: QueryDict, index: int) -> Row:
    told = {name: data.get(f"g-{index}-{name}", "")[:LONGEST].strip() for name in ROW}
    return Row(
        index=index,
        required=f"g-{index}-required" in data,
        **{**told, "type": told["type"] or Kind.TEXT.value},
    )


def _told(row: Row) -> dict[str, Any]:
    choices = list(lines_typed(row.choices)) if row.type == Kind.CHOICE else []
    return {
        "name": row.name,
        "type": row.type,
        "label": row.label,
        "default": row.default,
        "choices": choices,
        "required": row.required,
    }


def _with_spare(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Numbered, with some empty ones behind them."""
    spare = min(SPARE, max(0, MOST_VARIABLES - len(rows)))
    all_rows = (*rows, *(Row(index=0) for _ in range(spare)))
    return tuple(Row(**{**vars(row), "index": index}) for index, row in enumerate(all_rows))
