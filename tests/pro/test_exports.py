"""One list of exports, and it is true; the seed's names and words are in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from pro import ai_video_generator as sdk
from pro import errors

ROOT = Path(__file__).resolve().parents[2]


def test_the_list_is_complete_and_true():
    ours = {
        name
        for name, value in vars(sdk).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("pro.")
    }
    internal = {"Ask", "Connected", "NotFound", "estimate_of", "never_a_job", "result_of"}
    assert sdk.__all__ == sorted(sdk.__all__)
    assert ours - internal == set(sdk.__all__)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (sdk.GenerationMode, ["text_to_video", "image_to_video"]),
        (sdk.QualityTier, ["draft", "standard", "high", "master"]),
        (sdk.VideoProvider, ["runway", "sora", "kling", "pika"]),
        (sdk.GenerationStatus, ["queued", "processing", "completed", "failed", "cancelled"]),
    ],
)
def test_the_words_of_the_product(kind, words):
    assert [member.value for member in kind] == words
    assert [member.name for member in kind] == [word.upper() for word in words]


def test_the_defaults_of_a_request_are_those_of_the_api():
    request = sdk.VideoGenerationRequest(prompt="A red kite")
    assert (request.mode, request.duration, request.quality, request.aspect_ratio) == (
        sdk.GenerationMode.TEXT_TO_VIDEO,
        5,
        sdk.QualityTier.STANDARD,
        "16:9",
    )
    assert request.enable_fallback is True
    assert request.preferred_provider is None


def test_every_error_stands_in_the_drawing_and_says_something():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = [kind for kind in kinds if issubclass(kind, errors.AIVideoError)]
    assert len(ours) == 10
    for kind in ours:
        assert kind.__name__ in errors.__doc__
    assert str(errors.NotConfigured()).startswith("No API key.")


def test_it_needs_nothing_of_the_rest():
    code = (
        "import sys, pro.ai_video_generator;"
        "rooms = {'django', 'rest_framework', 'celery', 'generation', 'providers', 'accounts'};"
        "print(sorted(rooms & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
