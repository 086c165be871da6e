"""When a clip that waits starts and is likely done: as far as its offer has been measured."""

from datetime import timedelta

from generation import clock
from generation.durations import _measured
from generation.models import Attempt
from providers.models import Offer, ProviderAccount
from tests.generation.money.budgets_by_hand import Clock
from tests.generation.pages.test_queue import run, section


def test_a_measured_offer_tells_when_the_next_slot_comes_free(browser, ask, monkeypatch):
    Clock(monkeypatch)  # a slow machine's seconds would be told, too
    ProviderAccount.objects.filter(provider="pika", mode="test").update(max_concurrent=1)
    for n in range(5):
        job = ask(f"made {n}")
        run(job)
        Attempt.objects.filter(job=job).update(
            state="succeeded",
            vendor_state="processing",
            ended_at=clock.after(60),
            accepted_at=clock.now(),
        )
    run(ask("one"))
    ask("two")
    ask("three")
    _measured.cache_clear()
    rows = section(browser.get("/queue/"), "single").rows
    assert [row.starts for row in rows] == ["in about 60\u00a0s", "in about 2\u00a0min"]
    assert [row.ends for row in rows] == ["likely done in 2\u00a0min", "likely done in 3\u00a0min"]


def test_a_wide_spread_is_told_as_a_range_and_an_unknown_start_as_none(browser, ask, monkeypatch):
    still = Clock(monkeypatch)
    ProviderAccount.objects.filter(provider="pika", mode="test").update(max_concurrent=1)
    for n in range(1, 10):  # half take 20 s at most, nine of ten 36 s
        job = ask(f"made {n}")
        run(job)
        ended = still.moment + timedelta(seconds=4 * n)
        Attempt.objects.filter(job=job).update(
            state="succeeded", vendor_state="processing", ended_at=ended
        )
    running, waits = ask("one"), ask("two")
    run(running)
    _measured.cache_clear()
    page = browser.get("/queue/")
    [row] = section(page, "single").rows
    assert (row.starts, row.ends) == ("in about 20\u00a0s", "likely done in 40 to 56\u00a0s")
    assert "Likely done in 40 to 56\u00a0s" in page.content.decode()
    # Slower than half: by now it is likely done with nine of ten. Slower than those: who knows.
    for seconds, starts, ends in (
        (21, "in about 15\u00a0s", "likely done in 35 to 51\u00a0s"),
        (37, "start not known", "then usually 20 to 36\u00a0s"),
    ):
        began = still.moment - timedelta(seconds=seconds)
        Attempt.objects.filter(job=running).update(submit_started_at=began, accepted_at=began)
        [row] = section(browser.get("/queue/"), "single").rows
        assert (row.starts, row.ends) == (starts, ends)
    # Somebody else's task of a model that nobody has measured sits in the only slot.
    other = Offer.objects.filter(provider="runway").values_list("pk", flat=True)[0]
    Attempt.objects.filter(job=running).update(offer_id=other, model="unmeasured")
    [row] = section(browser.get("/queue/"), "single").rows
    assert (row.uid, row.starts) == (waits.uid, "start not known")
    assert row.ends == "then usually 20 to 36\u00a0s"
