"""What holds for any text at all."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.prompts.limits import limits_of
from campaigns.prompts.review import review
from providers.types import GenerationMode
from tests.campaigns.prompts.texts import HEAVY, prompts

LIMITS = (limits_of("runway", name="Runway"), limits_of("pika", name="Pika", negative_prompt=True))
modes = st.sampled_from(list(GenerationMode))
phrases = st.lists(st.one_of(st.sampled_from(["Nike", "cool", "a", "No. 5"]), st.text(max_size=8)))


@settings(max_examples=150, deadline=None)
@given(prompts, st.integers(3, 20), modes, phrases.map(tuple), phrases.map(tuple))
def test_any_text_is_reviewed(prompt, seconds, mode, locked, avoid):
    known = {"seconds": seconds, "generation_mode": mode, "offer_limits": LIMITS}
    said = review(prompt, **known, locked=locked, avoid=avoid)
    assert all(0 <= one.start <= one.end <= len(prompt) for one in said.findings)
    assert all(one.message and one.remedy for one in said.findings)
    assert 0 <= said.score <= 100
    assert review(prompt, **known, locked=locked, avoid=avoid) == said


@settings(max_examples=60, deadline=None)
@given(prompts, st.sampled_from(["Nike", "Pepsi", "Lego", "iPhone 15", "Coca-Cola"]))
def test_a_locked_phrase_is_never_called_a_brand(prompt, phrase):
    prompt = f"{prompt} {phrase}, wide shot"
    terms = {"seconds": 5, "generation_mode": GenerationMode.TEXT_TO_VIDEO}
    after = review(prompt, **terms, locked=(phrase,)).findings
    brands = [one for one in after if one.rule == "brand"]
    assert [one for one in brands if phrase in prompt[one.start : one.end]] == []


@pytest.mark.parametrize("piece", HEAVY)
def test_time_grows_with_the_length_and_not_faster(piece):
    text = (piece * 4000)[:4000]
    started = time.process_time()
    review(text, seconds=5, generation_mode=GenerationMode.TEXT_TO_VIDEO, offer_limits=LIMITS)
    assert time.process_time() - started < 1.0  # a blow-up takes minutes; a review some 20 ms
