"""Running a block of the product brief as printed, with the names that it takes for granted."""

import ast
import inspect
import logging
from types import FunctionType

import httpx
from PIL import Image

from pro import ai_campaign_integration as campaigns
from pro import ai_video_generator as sdk
from tests.pro import product_brief

PICTURES = {
    "product_photo.jpg": "teal",
    "iphone_product_shot.jpg": "navy",
    "product_white_background.jpg": "white",
    "app_screen1.jpg": "orange",
    "app_screen2.jpg": "purple",
}


def take_pictures():
    """The blocks' pictures, in the working directory."""
    for name, colour in PICTURES.items():
        Image.new("RGB", (900, 1600), colour).save(name)


def names_around():
    around = {name: getattr(sdk, name) for name in sdk.__all__}
    around |= {name: getattr(campaigns, name) for name in campaigns.__all__}
    around["generator"] = sdk.AIVideoGenerator()
    around["integration"] = campaigns.AICampaignIntegration()
    around["request"] = sdk.VideoGenerationRequest(prompt="A red kite over the sea", duration=3)
    return around | {"logger": logging.getLogger("block"), "budget": 1.0}


async def run(title, names):
    """The names after the block has run in them, `await` and all."""
    source = product_brief.python(title)
    code = compile(source, title, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    outcome = FunctionType(code, names)()
    if inspect.iscoroutine(outcome):
        await outcome
    return names


def is_done(result, *, cost, provider):
    assert (result.status, result.error) == (sdk.GenerationStatus.COMPLETED, None)
    assert (result.cost, result.cost_is_final, result.provider) == (cost, True, provider)
    clip = httpx.get(result.video_url, trust_env=False)
    assert (clip.headers["content-type"], clip.content[4:8]) == ("video/mp4", b"ftyp")
    picture = httpx.get(result.thumbnail_url, trust_env=False)
    assert picture.headers["content-type"] == "image/jpeg"
