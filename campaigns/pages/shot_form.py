"""The form of one shot: what was typed, and the fields that it means."""

from dataclasses import dataclass

from django.http import QueryDict

from campaigns.models import Shot, ShotRole
from campaigns.shot_editing import ShotFields, fields_of
from generation.asks import Refused
from providers.types import Tier

# What the desk calls a field, and what the form does.
FIELDS = {
    "duration": "seconds",
    "quality": "tier",
    "aspect_ratio": "ratio",
    "image": "prompt",
    "shot": "form",
    "shots": "form",
}


@dataclass(frozen=True, kw_only=True)
class TypedShot:
    """The form's fields as text."""

    prompt: str = ""
    role: str = ShotRole.B_ROLL.value
    seconds: str = "5"
    tier: str = Tier.DRAFT.value
    ratio: str = "16:9"
    style: str = ""
    provider: str = ""
    negative_prompt: str = ""
    seed: str = ""
    note: str = ""


def typed_from(data: QueryDict) -> TypedShot:
    names = TypedShot.__dataclass_fields__
    return TypedShot(**{name: data.get(name, "") for name in names if name in data})


def typed_of(shot: Shot) -> TypedShot:
    fields = fields_of(shot)
    told = {name: getattr(fields, name) for name in TypedShot.__dataclass_fields__}
    return TypedShot(**{name: "" if value is None else str(value) for name, value in told.items()})


def read(typed: TypedShot, *, before: ShotFields) -> ShotFields:
    """`before` with what was typed; its picture and product stay. Raises Refused."""
    if typed.role not in ShotRole.values:
        raise Refused("Choose one of the roles.", field="role")
    if typed.tier not in set(Tier):
        raise Refused("Choose one of the four tiers.", field="quality")
    return ShotFields(
        prompt=typed.prompt.replace("\r\n", "\n"),
        role=ShotRole(typed.role),
        negative_prompt=typed.negative_prompt.replace("\r\n", "\n"),
        seconds=_whole(typed.seconds, field="duration") or 0,
        tier=Tier(typed.tier),
        ratio=typed.ratio,
        style=typed.style,
        seed=_whole(typed.seed, field="seed"),
        provider=typed.provider,
        picture=before.picture,
        product=before.product,
        note=typed.note.replace("\r\n", "\n"),
    )


def wrong_of(refused: Refused) -> dict[str, str]:
    """The refusal at the form's own field."""
    return {FIELDS.get(refused.field, refused.field): refused.message}


def _whole(text: str, *, field: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Refused("Type a whole number.", field=field)
    return int(text)
