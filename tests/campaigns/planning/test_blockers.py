"""A shot that nobody can make names the one setting whose change makes it possible."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.planning.blockers import Blocker
from campaigns.planning.pricing import Offer, priced
from generation.asks import RATIOS, JobAsk
from providers.models import AccountState, ProviderAccount
from providers.types import GenerationMode, Tier

ASK = JobAsk(prompt="A hand opens a box", tier=Tier.DRAFT, ratio="9:16")
PICTURE = {"generation_mode": GenerationMode.IMAGE_TO_VIDEO, "picture_uid": "asset_x"}


@pytest.mark.parametrize(
    ("asked", "setting", "value"),
    [
        ({"seconds": 12}, "seconds", "10"),
        ({"seconds": 2}, "seconds", "3"),
        ({"seconds": 21, "tier": Tier.HIGH}, "seconds", "20"),
        ({"ratio": "21:9"}, "ratio", "16:9"),
        ({"style": "baroque"}, "style", ""),
        ({"seconds": 15, "tier": Tier.MASTER, **PICTURE}, "seconds", "10"),
    ],
)
def test_the_one_setting(shop, access, asked, setting, value):
    [blocker] = priced(access, [replace(ASK, **asked)]).shots
    assert isinstance(blocker, Blocker)
    assert (blocker.setting, blocker.value) == (setting, value)
    assert " alone blocks it: " in blocker.remedy


def test_the_change_that_is_named_does_it(shop, access):
    [blocker] = priced(access, [replace(ASK, seconds=12)]).shots
    [offer] = priced(access, [replace(ASK, seconds=int(blocker.value))]).shots
    assert offer.likely_micros == 300_000
    assert blocker.remedy == "The length alone blocks it: at 10 s, Kling makes it for $0.30."


def test_providers_that_are_all_shut_are_what_blocks(shop, access):
    ProviderAccount.objects.update(state=AccountState.DRAINING)
    [blocker] = priced(access, [ASK]).shots
    assert blocker.setting == "providers"


def test_live_without_a_key_names_the_keys(shop, access, settings):
    settings.PROVIDER_KEYS = {name: {} for name in settings.PROVIDER_KEYS}
    [blocker] = priced(replace(access, mode="live"), [ASK]).shots
    assert blocker.setting == "keys"


def test_the_offer_and_its_reasons(shop, access):
    [offer] = priced(access, [ASK]).shots
    assert (offer.name, offer.why) == ("Pika", "cheapest draft that does 9:16")
    assert (offer.asked_seconds, offer.billed_seconds) == (5, 5)
    assert (offer.least_micros, offer.likely_micros, offer.worst_micros) == (
        100_000,
        100_000,
        250_000,
    )
    [longer] = priced(access, [replace(ASK, seconds=9)]).shots
    assert (longer.name, longer.left_out) == ("Kling", ("Pika makes up to 8 s",))
    [cut] = priced(access, [replace(ASK, ratio="4:5", provider="runway")]).shots
    assert (cut.why, cut.notes) == ("your choice", ("made in 9:16, then cut to 4:5",))


ASKS = st.builds(
    JobAsk,
    prompt=st.just("A hand opens a box"),
    generation_mode=st.sampled_from(GenerationMode),
    seconds=st.integers(0, 30),
    tier=st.sampled_from(Tier),
    ratio=st.sampled_from([*RATIOS, "21:9"]),
    style=st.sampled_from(["", "cinematic", "baroque"]),
    provider=st.sampled_from(["", "pika", "sora", "runway", "kling"]),
    picture_uid=st.just("asset_x"),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ASKS, max_size=6))
def test_any_shot_has_an_offer_or_a_named_blocker_and_totals_are_their_sum(shop, access, asks):
    found = priced(access, asks)
    assert len(found.shots) == len(asks)
    offers = [shot for shot in found.shots if isinstance(shot, Offer)]
    assert found.likely_micros == sum(offer.likely_micros for offer in offers)
    assert found.worst_micros == sum(offer.worst_micros for offer in offers)
    assert sum(found.by_provider.values()) == found.likely_micros
    assert found.least_micros <= found.likely_micros <= found.worst_micros
    for shot in found.shots:
        assert isinstance(shot, Offer) or (shot.setting and shot.remedy and shot.message)
