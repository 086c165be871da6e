"""What holds for the rewriting of any text at all."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.prompts.limits import limits_of
from campaigns.prompts.optimise import Brand, optimise
from campaigns.prompts.reading import DIRECTIVE, WORD
from providers.types import GenerationMode
from tests.campaigns.prompts.texts import HEAVY, PIECES, prompts

OFFERS = {
    "runway": limits_of("runway", name="Runway"),
    "kling": limits_of("kling", name="Kling"),
    "pika": limits_of("pika", name="Pika", negative_prompt=True),
    "sora": limits_of("sora", name="Sora"),
    "tight": limits_of("runway", name="Runway", added="x" * 880, negative_prompt=True),
}
offers = st.sampled_from(list(OFFERS.values()))
locks = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=4).map(tuple)
styles = st.sampled_from(["", "cinematic", "animated", "unheard of"])
brands = st.sampled_from([Brand(), Brand(voice="Calm and honest", avoid=("text", "blur, noise"))])


@settings(max_examples=120, deadline=None)
@given(prompts, offers, st.integers(3, 12), st.sampled_from(GenerationMode), locks, styles, brands)
def test_any_text_is_rewritten(prompt, offer, seconds, mode, locked, style, brand):
    terms = {
        "offer_limits": (offer,),
        "seconds": seconds,
        "generation_mode": mode,
        "locked": locked,
        "style": style,
        "brand": brand,
    }
    said = optimise(prompt, **terms)
    assert said.original == prompt
    assert optimise(prompt, **terms) == said
    for phrase in (phrase.strip() for phrase in locked if WORD.search(phrase)):
        assert said.rewritten.count(phrase) >= prompt.count(phrase)
    assert sorted(DIRECTIVE.findall(said.rewritten)) == sorted(DIRECTIVE.findall(prompt))
    assert offer.fits(said.rewritten) or said.rewritten == prompt
    again = optimise(said.rewritten, negative_prompt=said.negative_prompt, **terms)
    assert (again.rewritten, again.negative_prompt) == (said.rewritten, said.negative_prompt)
    assert again.changes == ()
    kept = "".join(piece.text for piece in said.diff if piece.kind != "insert")
    made = "".join(piece.text for piece in said.diff if piece.kind != "delete")
    assert (kept, made) == (prompt, said.rewritten)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=60, max_size=120).map(" ".join), locks)
def test_what_can_fit_does_fit(prompt, locked):
    offer = OFFERS["tight"]
    said = optimise(
        prompt,
        offer_limits=(offer,),
        seconds=5,
        generation_mode=GenerationMode.TEXT_TO_VIDEO,
        locked=tuple(phrase for phrase in locked if len(phrase) > 9)[:1],
    )
    directives = "".join(DIRECTIVE.findall(prompt))
    stays = sum(prompt.count(phrase) * (len(phrase) + 1) for phrase in locked if len(phrase) > 9)
    assert offer.fits(said.rewritten) or len(directives) + stays > offer.room // 2


@pytest.mark.parametrize("piece", HEAVY)
def test_time_grows_with_the_length_and_not_faster(piece):
    started = time.process_time()
    optimise(
        (piece * 4000)[:4000],
        offer_limits=(OFFERS["runway"],),
        seconds=5,
        generation_mode=GenerationMode.TEXT_TO_VIDEO,
    )
    assert time.process_time() - started < 4.0
