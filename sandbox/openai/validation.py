"""Reads a create call, multipart or JSON, and checks it by OpenAI's rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.catalogue import Terms
from sandbox.openai.errors import Refused
from sandbox.pictures import PictureRefused, Pictures

LONGEST_PROMPT = 32_000
LONGEST_IMAGE_URL = 20_971_520
FIELDS = ("prompt", "model", "seconds", "size", "input_reference")
SMALL = ("720x1280", "1280x720")
LARGE = ("1024x1792", "1792x1024", "1080x1920", "1920x1080")
# List prices against the 720p price of the same model: 0.50 and 0.70 against 0.30 dollars.
SIZE_FACTORS = {"1024x1792": (5, 3), "1792x1024": (5, 3), "1080x1920": (7, 3), "1920x1080": (7, 3)}
SNAPSHOTS = {
    "sora-2-2025-10-06": "sora-2",
    "sora-2-2025-12-08": "sora-2",
    "sora-2-pro-2025-10-06": "sora-2-pro",
}
LIST_TERMS = {
    "sora-2": Terms(lengths=(4, 8, 12, 16, 20), micros_per_second=100_000),
    "sora-2-pro": Terms(lengths=(4, 8, 12, 16, 20), micros_per_second=300_000),
}


@dataclass(frozen=True)
class Wanted:
    """A create call that passed; `picture` is a kept picture or empty."""

    model: str
    prompt: str
    seconds: int
    size: str
    picture: str


async def read_fields(request: web.Request, *, pictures: Pictures) -> tuple[dict[str, Any], str]:
    """The text fields, and the picture that was sent as a file, if any. Raises Refused."""
    if request.content_type == "application/json":
        body = await request.json()
        if not isinstance(body, dict):
            raise Refused("We could not parse the JSON body of your request.")
        return body, ""
    if request.content_type != "multipart/form-data":
        raise Refused("Unsupported content type.", status=415, code="unsupported_content_type")
    fields: dict[str, Any] = {}
    picture = ""
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            picture = _kept(value.file.read(), name=name, pictures=pictures)
        else:
            fields[name] = value
    return fields, picture


def base_model(model: str) -> str:
    """The model's undated name, under which it is priced."""
    return SNAPSHOTS.get(model, model)


def checked(fields: Mapping[str, Any], *, terms: Terms, picture: str, pictures: Pictures) -> Wanted:
    """`terms` are those of the asked model. Raises Refused."""
    for name in fields:
        if name not in FIELDS:
            raise Refused(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)
    prompt = fields.get("prompt")
    if prompt is None:
        raise Refused(
            "Missing required parameter: 'prompt'.",
            code="missing_required_parameter",
            param="prompt",
        )
    if not isinstance(prompt, str) or not 1 <= len(prompt) <= LONGEST_PROMPT:
        raise Refused(
            f"Invalid 'prompt': expected a string of 1 to {LONGEST_PROMPT} characters.",
            code="invalid_value",
            param="prompt",
        )
    model = fields.get("model", "sora-2")
    sizes = SMALL + LARGE if base_model(model) == "sora-2-pro" else SMALL
    lengths = [str(length) for length in terms.lengths]
    return Wanted(
        model=model,
        prompt=prompt,
        seconds=int(_listed(fields, "seconds", values=lengths, default=_default(lengths))),
        size=_listed(fields, "size", values=sizes, default=SMALL[0]),
        picture=picture or _reference(fields.get("input_reference"), pictures=pictures),
    )


def price(terms: Terms, *, wanted: Wanted) -> int:
    """Micro-dollars; larger sizes of the pro model cost more than its 720p price."""
    over, under = SIZE_FACTORS.get(wanted.size, (1, 1))
    return terms.price(wanted.seconds) * over // under


def _default(lengths: Sequence[str]) -> str:
    return "4" if "4" in lengths else lengths[0]


def _listed(fields: Mapping[str, Any], name: str, *, values: Sequence[str], default: str) -> str:
    value = fields.get(name, default)
    quoted = [f"'{item}'" for item in values]
    listed = ", ".join(quoted[:-1]) + f", and {quoted[-1]}"
    if not isinstance(value, str):
        raise Refused(
            f"Invalid type for '{name}': expected one of {listed}, but got "
            f"{'an integer' if isinstance(value, int) else 'another type'} instead.",
            code="invalid_type",
            param=name,
        )
    if value not in values:
        message = f"Invalid value: '{value}'. Supported values are: {listed}."
        raise Refused(message, code="invalid_value", param=name)
    return value


def _reference(given: object, *, pictures: Pictures) -> str:
    if given is None:
        return ""
    keys = set(given) if isinstance(given, dict) else set()
    if keys != {"image_url"} and keys != {"file_id"}:
        raise Refused(
            "Provide exactly one of 'file_id' and 'image_url'.",
            code="invalid_value",
            param="input_reference",
        )
    address = given.get("image_url", "") if isinstance(given, dict) else ""
    if not isinstance(address, str) or not 0 < len(address) <= LONGEST_IMAGE_URL:
        raise Refused("No such file.", code="invalid_value", param="input_reference")
    try:
        return pictures.from_text(address)
    except PictureRefused as error:
        raise Refused(str(error), code="invalid_value", param="input_reference") from error


def _kept(content: bytes, *, name: str, pictures: Pictures) -> str:
    try:
        return pictures.checked(pictures.keep(content))
    except PictureRefused as error:
        raise Refused(
            "Invalid file: supported types are image/jpeg, image/png and image/webp.",
            code="unsupported_file_mimetype",
            param=name,
        ) from error
