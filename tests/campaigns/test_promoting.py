"""Finals: what they keep of the draft, one batch on one hold, and how drift decides."""

import pytest

from campaigns import drifting, finals, judging, promoting
from campaigns.models import Shot, Take
from campaigns.promoting import Promotion
from footage.drift import Drift
from footage.errors import FootageError
from generation import clock
from generation.asks import Refused
from generation.models import Asset, Batch, BudgetKind, Job, LedgerLine, Quote
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from generation.money.budgets import BudgetExceeded
from providers.types import Tier
from tests.campaigns.footing import drafted, failed, finished, reread, shot_of, take_of


@pytest.fixture
def shots(shop, campaign) -> list[Shot]:
    return [shot_of(campaign, position=at, prompt=f"Scene {at} in rain") for at in (1, 2)]


@pytest.fixture
def picks(access, shots) -> list[Take]:
    """One picked draft of each shot; the first was made with an angle of its own."""
    takes = [drafted(access, shots[0], factors={"hook": "question"}), drafted(access, shots[1])]
    for take in takes:
        judging.pick(access, take)
    return [reread(take) for take in takes]


def high(take: Take, **more) -> Promotion:
    return Promotion(take=take, tier=Tier.HIGH, **more)


def test_several_picks_are_one_batch_under_one_hold(access, campaign, picks):
    quote = promoting.quote(access, campaign, [high(take) for take in picks])
    before = LedgerLine.objects.count()
    made = promoting.promote(access, campaign, [high(t) for t in picks], quote_uid=quote.uid)
    assert made.batch.name == "Finals of Spring"
    assert made.batch.quote == quote
    assert LedgerLine.objects.count() == before + 2
    assert [take.promoted_from for take in made.takes] == picks
    assert [take.job.made_from_id for take in made.takes] == [take.job_id for take in picks]
    assert [take.job.tier for take in made.takes] == ["high", "high"]
    assert [take.factors for take in made.takes] == [{"hook": "question"}, {}]
    assert sum(take.job.estimated_micros for take in made.takes) == quote.likely_micros


def test_a_final_repeats_the_draft_even_if_the_shot_has_changed(access, campaign, shots, picks):
    Shot.objects.filter(pk=shots[0].pk).update(prompt="Another scene", seconds=8)
    draft = picks[0]
    [final] = promoting.promote(access, campaign, [high(draft)]).takes
    job = final.job
    assert (job.prompt, job.seconds) == ("Scene 1 in rain", 5)
    # No seed was asked for, so it is the one that the clip was made with.
    assert draft.job.seed is None
    assert job.seed == draft.job.attempts.get().seed


def test_nothing_is_made_of_what_cannot_be_promoted(access, campaign, shots, picks):
    running = take_of(access, shots[0])
    before = Job.objects.count()
    wrong = {
        "required": [],
        "not_completed": [high(running)],
        "twice": [high(picks[0]), high(picks[0])],
    }
    for code, promotions in wrong.items():
        with pytest.raises(Refused) as refused:
            promoting.promote(access, campaign, promotions)
        assert (refused.value.field, refused.value.code) == ("takes", code)
    with pytest.raises(Refused) as refused:
        promoting.promote(access, campaign, [Promotion(take=picks[0], tier=Tier.DRAFT)])
    assert refused.value.field == "quality"
    assert Job.objects.count() == before and Batch.objects.filter(name__startswith="F").count() == 0


def test_the_same_final_is_not_made_twice_at_once(access, campaign, picks):
    promoting.promote(access, campaign, [high(picks[0])])
    with pytest.raises(Refused) as refused:
        promoting.promote(access, campaign, [high(picks[0])])
    assert refused.value.code == "under_way"
    assert Take.objects.exclude(promoted_from=None).count() == 1


def test_a_short_budget_makes_none_of_them(access, campaign, picks):
    small = BudgetAsk(
        name="Small", kind=BudgetKind.CENTRE, target=campaign.uid, limit_micros=2_000_000
    )
    budget_terms.create(access, small)
    before = Job.objects.count(), LedgerLine.objects.count(), Take.objects.count()
    with pytest.raises(BudgetExceeded):
        promoting.promote(access, campaign, [high(take) for take in picks])
    assert (Job.objects.count(), LedgerLine.objects.count(), Take.objects.count()) == before


def test_the_brief_says_the_tier_and_what_has_it_waits_for_no_final(access, campaign, shots):
    good = drafted(access, shots[0], tier=Tier.STANDARD)
    rough = drafted(access, shots[1])
    for take in (good, rough):
        judging.pick(access, take)
    assert campaign.brief.tier == "standard"
    [only] = finals.all_waiting(campaign, tier=None, pin=False)
    assert (only.take.pk, only.tier) == (rough.pk, Tier.STANDARD)
    both = finals.all_waiting(campaign, tier=Tier.HIGH, pin=False)
    assert [(one.take.pk, one.tier) for one in both] == [
        (good.pk, Tier.HIGH),
        (rough.pk, Tier.HIGH),
    ]


def drift_of(monkeypatch, score: float) -> None:
    found = Drift(score=score, worst_second=3, per_second=(score,))
    monkeypatch.setattr(drifting, "drift", lambda draft, final: found)


def final_of(access, campaign, take) -> Take:
    [final] = promoting.promote(access, campaign, [high(take)]).takes
    return final


def test_a_final_near_its_draft_becomes_final_by_itself(
    access, campaign, shots, picks, monkeypatch
):
    final = final_of(access, campaign, picks[0])
    assert drifting.measure_due() == 0  # it is not there yet
    finished(final)
    drift_of(monkeypatch, 0.1)
    assert drifting.measure_due() == 1
    final = reread(final)
    assert (final.drift, final.drift_worst_second, final.drift_due_at) == (0.1, 3.0, None)
    shots[0].refresh_from_db()
    assert shots[0].final == final
    assert drifting.measure_due() == 0


def test_a_final_far_from_its_draft_waits_for_a_person(access, campaign, shots, picks, monkeypatch):
    final = final_of(access, campaign, picks[0])
    finished(final)
    drift_of(monkeypatch, 0.5)
    drifting.measure_due()
    shots[0].refresh_from_db()
    assert shots[0].final is None
    [first, _] = finals.shots_of(campaign)
    assert first.under_way and first.needs_a_look
    judging.confirm_final(access, reread(final))
    [first, _] = finals.shots_of(campaign)
    assert first.is_final and not first.under_way


def test_a_final_that_failed_leaves_its_pick_waiting(access, campaign, picks):
    final = final_of(access, campaign, picks[0])
    failed(final, error="Sora is down.")
    assert drifting.measure_due() == 1
    final = reread(final)
    assert (final.drift, final.drift_due_at, final.drift_note) == (None, None, "")
    assert [one.picked for one in finals.waiting(finals.shots_of(campaign))] == picks


def test_measuring_is_tried_a_few_times_and_a_dead_worker_is_followed(
    access, campaign, picks, monkeypatch
):
    final = final_of(access, campaign, picks[0])
    finished(final)

    def broken(draft, final):
        raise FootageError("no")

    monkeypatch.setattr(drifting, "drift", broken)
    for tries in (1, 2, 3):
        assert drifting.measure_due() == 1
        assert reread(final).drift_tries == tries
        if tries < 3:
            assert drifting.measure_due() == 0  # claimed until the lease is over
            Take.objects.filter(pk=final.pk).update(drift_due_at=clock.now())
    final = reread(final)
    assert (final.drift_due_at, final.drift) == (None, None)
    assert final.drift_note == "It could not be measured. Compare the two yourself."


def test_pricing_and_quoting_hold_nothing(access, campaign, picks):
    before = LedgerLine.objects.count(), Job.objects.count(), Asset.objects.count()
    promoting.price(access, [high(take, pin=True) for take in picks])
    promoting.quote(access, campaign, [high(take, pin=True) for take in picks])
    assert (LedgerLine.objects.count(), Job.objects.count(), Asset.objects.count()) == before
    assert Quote.objects.get().kind == "plan"
