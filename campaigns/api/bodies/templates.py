"""What templates are made, filled and imported with."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.prompts.library.content import Content, read_content
from campaigns.prompts.library.exchange import FORMAT
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.templates import TemplateChange
from campaigns.prompts.library.using import Filling
from campaigns.prompts.library.variables import Kind
from generation.api.bodies.clip import LARGEST_SEED, QUOTE, Seconds
from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, Flag, OneOf, Pairs, Text, Whole
from generation.asks import RATIOS
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import Tier

GAPS = "The prompt, with its gaps as {name}."
BY_PROVIDER = {"type": "object", "additionalProperties": {"type": "string"}}


class Choices(serializers.ListField):
    default_error_messages = {"not_a_list": 'Send a list of texts, such as ["a", "b"].'}
    child = Text(max_length=500)


class VariableBody(Body):
    """One gap."""

    name = Text(max_length=64)
    type = OneOf(choices=list(Kind), default=Kind.TEXT)
    # The metaclass takes declared fields off the class, so Field's own names are not in the way.
    label = Text(default="", max_length=200)  # type: ignore[assignment]
    default = Text(default="", max_length=500)
    choices = Choices(default=list)
    required = Flag(default=True)  # type: ignore[assignment]


class Variables(serializers.ListField):
    default_error_messages = {"not_a_list": 'Send a list such as [{"name": "product"}].'}
    child = VariableBody()

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=50, **how)


@extend_schema_field(BY_PROVIDER)
class Renderings(serializers.DictField):
    """Bodies of their own by provider."""

    default_error_messages = {"not_a_dict": 'Send an object such as {"runway": "…"}.'}
    child = Text()


class SettingsBody(Body):
    """The terms that go with the prompt."""

    seconds = Seconds(default=5, help_text="Whole seconds, 3 to 20.")
    tier = OneOf(choices=list(Tier), default=Tier.STANDARD)
    ratio = OneOf(choices=list(RATIOS), default="16:9")
    style = OneOf(choices=["", *STYLES], default="")  # type: ignore[assignment]
    negative_prompt = Text(default="", help_text="What to avoid.")
    provider = OneOf(choices=["", *ADAPTERS], default="", help_text="Tried first.")


class VersionBody(Body):
    body = Text(help_text=GAPS)
    variables = Variables(default=list)
    renderings = Renderings(default=dict)
    settings = SettingsBody(default=dict)
    change_note = Text(default="", max_length=500)


class TemplateBody(VersionBody):
    name = Text(max_length=400)
    kind = OneOf(choices=list(KINDS), default="other")
    description = Text(default="")
    publish = Flag(default=False, help_text="Publish the first version at once.")


class TemplateChangeBody(Body):
    name = Text(required=False, max_length=400)
    kind = OneOf(choices=list(KINDS), required=False)
    description = Text(required=False)
    archived = Flag(required=False)


class TemplatesQuery(PageQuery):
    kind = OneOf(choices=list(KINDS), default=None)
    q = Text(default="", max_length=200, help_text="Words of the name, description or prompt.")
    archived = OneOf(
        choices=["true", "false"], default="false", help_text="Those that were put away."
    )


class ForkBody(Body):
    name = Text(default="", max_length=400, help_text="Another name than “… (copy)”.")
    version = Whole(default=None, min_value=1, help_text="The newest published one if left out.")


class FillBody(Body):
    """What fills the gaps, and what of the template's terms is otherwise."""

    values = Pairs(default=dict, help_text="A value for each variable; the rest by default.")
    version = Whole(default=None, min_value=1, help_text="The newest published one if left out.")
    client = Text(default="", max_length=64, help_text="A client's id: its brand kit binds.")
    campaign = Text(default="", max_length=64, help_text="A campaign's id; its client binds.")
    provider = OneOf(choices=list(ADAPTERS), default=None, help_text="The provider to try first.")
    duration = Seconds(default=None, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=None)
    aspect_ratio = OneOf(choices=list(RATIOS), default=None)


class TemplateGenerateBody(FillBody):
    image_path = Text(default="", max_length=2000, help_text="The id of an upload to animate.")
    seed = Whole(default=None, min_value=0, max_value=LARGEST_SEED)
    quote_id = Text(default="", max_length=40, help_text=QUOTE)


class TemplateShotBody(FillBody):
    """One of `shot` and `campaign`."""

    shot = Text(default="", max_length=64, help_text="A shot's id: its words are replaced.")


class Format(OneOf):
    def __init__(self, **how: Any) -> None:
        super().__init__(choices=[FORMAT], **how)


class TemplateHeadBody(Body):
    name = Text(max_length=400)
    kind = OneOf(choices=list(KINDS), default="other")
    description = Text(default="")


class FileVersionBody(VersionBody):
    number = Whole(required=False, min_value=1)
    published = Flag(default=False)


class FileVersions(serializers.ListField):
    default_error_messages = {"not_a_list": "Send a list of versions."}
    child = FileVersionBody()


class TemplateFileBody(Body):
    """What export gives. A version without `published` is a draft."""

    format = Format()
    version = Whole()
    template = TemplateHeadBody()
    versions = FileVersions()


def content_from(given: dict[str, Any]) -> Content:
    """Raises Refused, naming the field by its path."""
    names = ("body", "variables", "renderings", "settings", "change_note")
    return read_content({name: given[name] for name in names})


def change_from(given: dict[str, Any]) -> TemplateChange:
    return TemplateChange(**given)


def filling_from(given: dict[str, Any], *, picture_uid: str = "") -> Filling:
    return Filling(
        values=given["values"],
        client=given["client"],
        campaign=given["campaign"],
        provider=given["provider"],
        seconds=given["duration"],
        tier=Tier(given["quality"]) if given["quality"] else None,
        ratio=given["aspect_ratio"],
        picture_uid=picture_uid,
        seed=given.get("seed"),
    )
