"""Runway's models: which fields, ratios and lengths each takes, for text and for pictures.

From the request types of Runway's official Python client 5.24.0 and its price page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.catalogue import Terms

OWN_RATIOS = "1280:720 720:1280 1104:832 960:960 832:1104 1584:672"
VEO = "1280:720 720:1280 1080:1920 1920:1080"
SQUARE_4K = "3840:2160 2160:3840 2880:2880"
SQUARE_HD = "1920:1080 1080:1920 1440:1440"
SQUARE_SD = "1280:720 720:1280 960:960"
SMALL = "992:432 864:496 752:560 640:640 560:752 496:864"
MEDIUM = "1470:630 1280:720 1112:834 960:960 834:1112 720:1280"
LARGE = "2206:946 1920:1080 1664:1248 1440:1440 1248:1664 1080:1920"
HUGE = "3840:1646 3840:2160 3840:2880 3840:3840 2880:3840 2160:3840"
OMNI = "640:360 360:640 1280:720 720:1280 1920:1080 1080:1920 3840:2160 2160:3840"
MOST_SECONDS = range(3, 16)  # where the client types a plain integer and the papers know no range


@dataclass(frozen=True)
class Shape:
    """One model at one endpoint. `lengths` and `credits` (per second) are the vendor's own and
    hold only where the catalogue does not list the model; `audio_factor` multiplies the price
    unless the request switches sound off."""

    required: frozenset[str]
    optional: frozenset[str]
    ratios: tuple[str, ...]
    lengths: tuple[int, ...]
    credits: float
    positions: frozenset[str] = frozenset({"first"})
    audio_factor: float = 1.0

    @property
    def terms(self) -> Terms:
        return Terms(lengths=self.lengths, micros_per_second=int(self.credits * 10_000))


def _shape(
    required: str,
    optional: str,
    *,
    ratios: str,
    lengths: Iterable[int] = MOST_SECONDS,
    credits: float = 10,
    last: bool = False,
    audio_factor: float = 1.0,
) -> Shape:
    return Shape(
        required=frozenset(required.split()) | {"model"},
        optional=frozenset(optional.split()),
        ratios=tuple(ratios.split()),
        lengths=tuple(lengths),
        credits=credits,
        positions=frozenset({"first", "last"} if last else {"first"}),
        audio_factor=audio_factor,
    )


OWN_EXTRAS = "seed contentModeration outputFormat proresProfile"
KLING = "duration audio cfgScale promptText providerSettings"
KLING_O3 = "duration audio promptText providerSettings"
SEEDANCE = "duration ratio audio seed referenceAudio"
REFERENCES = "references referenceVideos"
TWO_TO_TEN = range(2, 11)
VEO_SECONDS = (4, 6, 8)
OMNI_SECONDS = range(3, 11)

TEXT: dict[str, Shape] = {
    "gen4.5": _shape(
        "promptText ratio duration",
        OWN_EXTRAS,
        ratios="1280:720 720:1280",
        lengths=TWO_TO_TEN,
        credits=12,
    ),
    "veo3.1": _shape(
        "promptText ratio",
        "duration audio negativePrompt seed",
        ratios=VEO,
        lengths=VEO_SECONDS,
        credits=20,
        audio_factor=2.0,
    ),
    "veo3.1_fast": _shape(
        "promptText ratio",
        "duration audio negativePrompt seed",
        ratios=VEO,
        lengths=VEO_SECONDS,
        credits=10,
        audio_factor=1.5,
    ),
    "kling2.5_turbo_pro": _shape(
        "promptText",
        "ratio duration cfgScale",
        ratios="1920:1080 1440:1440 1080:1920 1280:720 720:720 720:1280",
        lengths=(5, 10),
    ),
    "kling3.0_standard": _shape("ratio", KLING, ratios=SQUARE_SD),
    "kling3.0_pro": _shape("ratio", KLING, ratios=SQUARE_HD),
    "kling3.0_4k": _shape("ratio", KLING, ratios=SQUARE_4K),
    "klingO3_standard": _shape("ratio", KLING_O3, ratios=SQUARE_SD),
    "klingO3_pro": _shape("ratio", KLING_O3, ratios=SQUARE_HD),
    "klingO3_4k": _shape("ratio", KLING_O3, ratios=SQUARE_4K),
    "happyhorse_1_0": _shape(
        "promptText",
        "ratio duration",
        ratios=f"{SQUARE_SD} 1108:832 832:1108 {SQUARE_HD} 1662:1248 1248:1662",
        credits=15,
    ),
    "seedance2": _shape(
        "promptText",
        f"{SEEDANCE} {REFERENCES}",
        ratios=f"{SMALL} {MEDIUM} {LARGE} {HUGE}",
        credits=36,
    ),
    "seedance2_fast": _shape(
        "promptText", f"{SEEDANCE} {REFERENCES}", ratios=f"{SMALL} {MEDIUM}", credits=29
    ),
    "seedance2_mini": _shape(
        "promptText", f"{SEEDANCE} {REFERENCES}", ratios=f"{SMALL} {MEDIUM}", credits=16
    ),
    "gemini_omni_flash": _shape(
        "promptText", "ratio duration", ratios="1280:720 720:1280", lengths=OMNI_SECONDS
    ),
    "gemini_omni_flash_1.1": _shape(
        "promptText", f"ratio duration {REFERENCES}", ratios=OMNI, lengths=OMNI_SECONDS
    ),
}

IMAGE: dict[str, Shape] = {
    "gen4.5": _shape(
        "promptText promptImage ratio duration",
        OWN_EXTRAS,
        ratios=OWN_RATIOS,
        lengths=TWO_TO_TEN,
        credits=12,
    ),
    "gen4_turbo": _shape(
        "promptImage ratio",
        "promptText duration seed contentModeration",
        ratios=OWN_RATIOS,
        lengths=TWO_TO_TEN,
        credits=5,
    ),
    "veo3.1": _shape(
        "promptImage ratio",
        "promptText duration audio negativePrompt seed",
        ratios=VEO,
        lengths=VEO_SECONDS,
        credits=20,
        last=True,
        audio_factor=2.0,
    ),
    "veo3.1_fast": _shape(
        "promptImage ratio",
        "promptText duration audio negativePrompt seed",
        ratios=VEO,
        lengths=VEO_SECONDS,
        credits=10,
        last=True,
        audio_factor=1.5,
    ),
    "kling2.5_turbo_pro": _shape(
        "promptImage promptText", "duration cfgScale", ratios="", lengths=(5, 10), last=True
    ),
    "kling3.0_standard": _shape("promptImage", f"ratio {KLING}", ratios=SQUARE_SD, last=True),
    "kling3.0_pro": _shape("promptImage", f"ratio {KLING}", ratios=SQUARE_HD, last=True),
    "kling3.0_4k": _shape("promptImage", f"ratio {KLING}", ratios=SQUARE_4K, last=True),
    "happyhorse_1_0": _shape("promptImage", "promptText duration", ratios="", credits=15),
    "seedance2": _shape(
        "promptImage",
        f"promptText {SEEDANCE}",
        ratios=f"{SMALL} {MEDIUM} {LARGE} {HUGE}",
        credits=36,
        last=True,
    ),
    "seedance2_fast": _shape(
        "promptImage",
        f"promptText {SEEDANCE}",
        ratios=f"{SMALL} {MEDIUM}",
        credits=29,
        last=True,
    ),
    "gemini_omni_flash": _shape(
        "promptImage",
        "promptText ratio duration",
        ratios="1280:720 720:1280",
        lengths=OMNI_SECONDS,
    ),
    "gemini_omni_flash_1.1": _shape(
        "promptImage promptText",
        "ratio duration",
        ratios=OMNI,
        lengths=OMNI_SECONDS,
        last=True,
    ),
}
SHAPES = {"text": TEXT, "image": IMAGE}
