"""What the helpers' doors take: footage of a campaign without a storyboard of one's own."""

from typing import Any

from rest_framework import serializers

from campaigns.made import transitions, variants
from campaigns.made.missing import Known
from campaigns.made.pieces import CLIP_SECONDS, JOINT_SECONDS, Look
from campaigns.storyboard import MOST_SHOTS
from generation.api.bodies.clip import Prompt, Seconds
from generation.api.bodies.strict import Body, OneOf, Text, Whole
from generation.asks import RATIOS
from generation.centres import LONGEST_NAME
from generation.styles import STYLES
from providers.types import Tier

IMAGE = "The id or path of an upload, or an https address."
LONGEST_WORDS = 300


class Texts(serializers.ListField):
    default_error_messages = {
        "required": "Send a list of texts.",
        "not_a_list": "Send a list of texts.",
        "min_length": "Send at least one.",
        "max_length": f"Keep it to {MOST_SHOTS}.",
    }

    def __init__(self, *, longest: int | None = None, **how: Any) -> None:
        child = Text(max_length=longest) if longest else Prompt()
        super().__init__(child=child, max_length=MOST_SHOTS, **how)


class Looks(Body):
    """What all clips of one call share, and where they go."""

    aspect_ratio = OneOf(choices=list(RATIOS), default="16:9")
    # The metaclass takes declared fields off the class, so Field.style is not in the way.
    style = OneOf(choices=list(STYLES), default=None)  # type: ignore[assignment]
    negative_prompt = Text(default="", help_text="What to avoid.")
    campaign = Text(
        default="",
        max_length=LONGEST_NAME,
        help_text="The id or name of a campaign; without it one is found or opened.",
    )


class BRollBody(Looks):
    """One clip a prompt."""

    prompts = Texts(min_length=1)
    duration = Seconds(default=CLIP_SECONDS, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.DRAFT)


class AnimationBody(Looks):
    """A picture that moves."""

    image_path = Text(max_length=2000, help_text=IMAGE)
    motion = Text(default="", help_text="How it moves; without it a slow push in.")
    duration = Seconds(default=CLIP_SECONDS, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.HIGH)


class AssetsBody(Looks):
    """A small campaign. Scenes are made in `quality`, transitions as drafts."""

    product_name = Text(default="", max_length=LONGEST_NAME, help_text="The campaign's name, too.")
    b_roll_scenes = Texts(default=list)
    product_images = Texts(default=list, longest=2000, help_text=IMAGE)
    transition_count = Whole(default=0, min_value=0, max_value=MOST_SHOTS)
    transition_style = OneOf(
        choices=transitions.STYLES, default=None, help_text="Without it each is of another."
    )
    duration = Seconds(
        default=CLIP_SECONDS, help_text="Of scenes and product shots; transitions have 3 s."
    )
    quality = OneOf(choices=list(Tier), default=Tier.STANDARD)
    product_quality = OneOf(
        choices=list(Tier), default=None, help_text="Without it high, or quality if it is better."
    )


class IdeaVariantsBody(Looks):
    """Takes of one shot that differ in camera and light."""

    prompt = Prompt()
    variant_count = Whole(default=5, min_value=1, max_value=variants.MOST)
    duration = Seconds(default=CLIP_SECONDS, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.DRAFT)


class TransitionsBody(Looks):
    """Short clips that join scenes. `style` is what they show, not a style preset."""

    count = Whole(default=3, min_value=1, max_value=MOST_SHOTS)
    style = OneOf(choices=transitions.STYLES, default="smooth")
    duration = Seconds(default=JOINT_SECONDS, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.DRAFT)


class MissingBody(Looks):
    """What is known of a campaign, and how many B-roll clips it needs in all."""

    product_name = Text(default="", max_length=LONGEST_NAME)
    target_audience = Text(default="", max_length=LONGEST_WORDS)
    key_benefits = Texts(default=list, longest=LONGEST_WORDS)
    existing_b_roll = Texts(
        default=list, longest=4000, help_text="What there is already, one text each."
    )
    required_b_roll_count = Whole(min_value=0, max_value=MOST_SHOTS)
    duration = Seconds(default=CLIP_SECONDS, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.DRAFT)


def look_of(given: dict[str, Any], *, style: str | None = None) -> Look:
    """`style` stands for the preset where the body's own `style` means something else."""
    return Look(
        tier=Tier(given["quality"]),
        ratio=given["aspect_ratio"],
        seconds=given["duration"],
        style=(given["style"] or "") if style is None else style,
        negative_prompt=given["negative_prompt"],
    )


def known_of(given: dict[str, Any]) -> Known:
    return Known(
        product_name=given["product_name"],
        audience=given["target_audience"],
        benefits=tuple(given["key_benefits"]),
        existing=tuple(given["existing_b_roll"]),
    )
