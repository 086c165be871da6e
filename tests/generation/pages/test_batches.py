"""Many prompts at once, and the page of a batch: price first, one press one batch, live clips."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Mode
from generation import batches
from generation.asks import JobAsk
from generation.models import Attempt, Batch, Job, LedgerLine
from providers.types import Tier

pytestmark = pytest.mark.django_db
NEW, PRICE = "/generate/many/", "/generate/many/price/"
TYPED = {
    "switches_shown": "1",
    "raise_heroes": "1",
    "prompts": "Runner on a treadmill\n\n  Fitness tracker (hero shot) \r\nMeal prep\n",
    "tier": "draft",
    "ratio": "9:16",
    "seconds": "5",
    "token": "t1",
}
SHEET = "prompt,duration\nFine,5\nLong,25\n"


def sheet(text: str = SHEET) -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.csv", text.encode(), content_type="text/csv")


@pytest.fixture
def batch(access, shop) -> Batch:
    asks = [JobAsk(prompt=f"Shot {n}", tier=Tier.DRAFT) for n in range(3)]
    return batches.create(access, asks, use_cost_optimization=True, name="Drafts").batch


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_form_is_reached_from_generate(browser):
    assert NEW in browser.get("/generate/").content.decode()
    assert "One prompt a line" in browser.get(NEW).content.decode()


def test_the_price_of_what_is_typed(browser):
    told = words(browser.post(PRICE, TYPED))
    assert "3 clips $0.45" in told
    assert "2 by Pika, $0.20" in told
    assert "1 by Runway, $0.25" in told
    assert "1 hero shot one tier up" in told
    assert "At most $0.75" in told
    assert "Generate 3 clips · $0.45" in told
    assert Job.objects.count() == 0


def test_one_press_one_batch(browser):
    first = browser.post(NEW, {**TYPED, "name": "Autumn"})
    again = browser.post(NEW, {**TYPED, "name": "Autumn"})
    made = Batch.objects.get()
    assert first.status_code == 302
    assert first["Location"] == again["Location"] == f"/batches/{made.uid}/"
    assert made.name == "Autumn"
    jobs = Job.objects.order_by("item_index").values_list("prompt", "tier", "ratio")
    assert list(jobs) == [
        ("Runner on a treadmill", "draft", "9:16"),
        ("Fitness tracker (hero shot)", "standard", "9:16"),
        ("Meal prep", "draft", "9:16"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompts": " \n "}, "Write one prompt a line, or choose a CSV."),
        ({"prompts": "x\n" * 1001}, "These are 1,001 prompts; at most 1,000 go."),
        ({"seconds": "2"}, "Choose 3 to 20 whole seconds."),
        ({"prompts": "Fine\n" + "x" * 4001}, "Keep it under 4000 characters."),
        ({"provider": "nobody"}, "Choose one of the providers"),
        ({"max_cost": "0.01"}, "No offer can take this request"),
    ],
)
def test_a_mistake_makes_nothing_and_loses_nothing(browser, change, said):
    response = browser.post(NEW, {**TYPED, **change, "name": "Kept"})
    assert response.status_code == 422
    assert said in words(response)
    assert 'value="Kept"' in response.content.decode()
    assert Job.objects.count() == LedgerLine.objects.count() == Batch.objects.count() == 0


def test_a_sheet_with_faults_is_told_row_by_row(browser):
    told = words(browser.post(PRICE, {**TYPED, "file": sheet()}))
    assert "1 of 2 rows cannot be made" in told
    assert "3 duration A clip is 3 to 20 seconds long, not 25." in told
    assert "1 clip $0.10" in told
    response = browser.post(NEW, {**TYPED, "file": sheet()})
    assert response.status_code == 422
    assert "1 of 2 rows cannot be made" in words(response)
    assert Job.objects.count() == 0


def test_bad_rows_left_out(browser):
    sent = {**TYPED, "skip_bad_rows": "1"}
    for _ in range(2):
        assert browser.post(NEW, {**sent, "file": sheet()}).status_code == 302
    assert Job.objects.get().prompt == "Fine"
    browser.post(NEW, {**sent, "file": sheet("prompt\nOther\n")})
    assert Job.objects.count() == 2


def test_the_page_of_a_batch(browser, batch, finish):
    finish(batch.jobs.get(item_index=0))
    failed = batch.jobs.get(item_index=1)
    Attempt.objects.filter(job=failed).update(state="failed", submit_started_at=timezone.now())
    Job.objects.filter(pk=failed.pk).update(state="failed", ended_at=timezone.now())
    page = browser.get(f"/batches/{batch.uid}/")
    told = words(page)
    assert "Open 1 Completed 1 Failed 1 Cancelled 0" in told
    assert "Download 1 clip" in told
    assert "Retry 1 failed · $0.10" in told
    assert "Cancel 1 open" in told
    assert "Too early to tell: 2 clips have ended, 3 are needed." in told
    only = words(browser.get(f"/batches/{batch.uid}/?state=failed"))
    assert "Shot 1" in only
    assert "Shot 2" not in only


def test_it_is_fresh_or_silent(browser, batch):
    page = browser.get(f"/batches/{batch.uid}/")
    version = re.search(r"v=([0-9a-f]{16})", page.content.decode())[1]
    live = f"/batches/{batch.uid}/live/?v={version}"
    assert browser.get(live).status_code == 204
    Job.objects.filter(batch=batch, item_index=0).update(state="processing")
    assert browser.get(live).status_code == 200
    Attempt.objects.update(state="cancelled")
    Job.objects.update(state="cancelled", ended_at=timezone.now())
    assert browser.get(live).status_code == 286


def test_cancel_and_retry(browser, batch):
    browser.post(f"/batches/{batch.uid}/cancel/")
    assert set(batch.jobs.values_list("state", flat=True)) == {"cancelled"}
    assert sum(LedgerLine.objects.values_list("held_delta", flat=True)) == 0
    Job.objects.filter(batch=batch, item_index=2).update(state="failed")
    path = f"/batches/{batch.uid}/again/"
    first, again = (browser.post(path, {"token": "r"}) for _ in range(2))
    made = Batch.objects.exclude(pk=batch.pk).get()
    assert first["Location"] == again["Location"] == f"/batches/{made.uid}/"
    refused = browser.post(path, {"token": "other"})
    assert refused.status_code == 422
    assert "being made again already" in words(refused)


def test_the_list(browser, batch, django_assert_max_num_queries):
    browser.get("/batches/")
    with django_assert_max_num_queries(8):
        told = words(browser.get("/batches/"))
    assert "Drafts 3 clips 3 open 0 completed" in told


def test_queries_do_not_grow(browser, access, django_assert_max_num_queries):
    asks = [JobAsk(prompt=f"Shot {n}", tier=Tier.DRAFT) for n in range(200)]
    many = batches.create(access, asks, use_cost_optimization=True).batch
    browser.get(f"/batches/{many.uid}/")
    with django_assert_max_num_queries(12):
        page = browser.get(f"/batches/{many.uid}/?from=60")
    told = page.content.decode()
    assert "Shot 60" in told
    assert "Shot 59<" not in told
    assert f"/batches/{many.uid}/?from=120" in told


def test_a_viewer_looks_and_does_not_spend(viewer, batch):
    assert viewer.get(f"/batches/{batch.uid}/").status_code == 200
    assert 'id="cancel"' not in viewer.get(f"/batches/{batch.uid}/").content.decode()
    for path in (NEW, PRICE, f"/batches/{batch.uid}/cancel/", f"/batches/{batch.uid}/again/"):
        assert viewer.post(path, TYPED).status_code == 403
    assert Job.objects.count() == 3


def test_the_other_mode_and_other_workspaces_see_nothing(browser, batch):
    Batch.objects.update(mode=Mode.LIVE)
    assert browser.get(f"/batches/{batch.uid}/").status_code == 404
    assert browser.post(f"/batches/{batch.uid}/cancel/").status_code == 404
    assert "Drafts" not in words(browser.get("/batches/"))
