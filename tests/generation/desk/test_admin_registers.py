"""Registers: whose rows, how many queries, page by page without a count, and as CSV."""

import csv
import io

import pytest
from django.contrib import admin
from django.urls import reverse
from unfold.templatetags import unfold_list

from accounts.models import AuditEntry, Membership, Role
from generation.desk.registers import Register, list_url, record_url
from generation.models import Job, LedgerLine
from tests.generation.desk.conftest import staff_of

pytestmark = pytest.mark.django_db

REGISTERS = [
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model, desk in admin.site._registry.items()
    if isinstance(desk, Register)
]


def uids(answer) -> list[str]:
    return [row.uid for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("table", REGISTERS)
def test_every_register_opens_in_few_queries(desk, job, table, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = desk.get(list_url(table))
    assert answer.status_code == 200
    assert "Download CSV" in answer.content.decode()
    assert desk.get(reverse(f"admin:{table}_csv")).status_code == 200


def test_headers_are_drawn_once_a_page_and_every_cell_names_its_own(desk, job, monkeypatch):
    drawn: list[str] = []
    real = unfold_list.label_for_field

    def noted(name, *about, **more):
        drawn.append(name)
        return real(name, *about, **more)

    monkeypatch.setattr(unfold_list, "label_for_field", noted)
    answer = desk.get(list_url("generation_job"))
    assert len(answer.context["cl"].result_list) == 2
    assert drawn == list(answer.context["cl"].list_display)
    page = answer.content.decode()
    assert page.count('data-label="Select record"') == page.count('data-label="state"') == 2


@pytest.mark.parametrize("table", REGISTERS)
def test_nothing_is_added_changed_or_removed_by_hand(desk, job, table):
    by_its_own_form = table in ("accounts_user", "accounts_workspace", "accounts_apikey")
    adding = desk.get(reverse(f"admin:{table}_add")).status_code
    assert adding == (200 if by_its_own_form else 403)
    model = next(m for m in admin.site._registry if m._meta.label_lower == table.replace("_", "."))
    row = model._default_manager.first()
    if row is None:
        return
    assert desk.get(record_url(row)).status_code == 200
    assert desk.post(record_url(row), {"state": "x"}).status_code == 403
    assert desk.post(reverse(f"admin:{table}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "job/?q=kite",
        "job/?state__exact=queued",
        "job/?day=24h&mode__exact=test",
        "attempt/?provider=pika",
        "attempt/?failure_class=moderation&day=24h",
        "ledgerline/?q=job_",
        "ledgerline/?day=2026-11&provider=pika",
        "asset/?q=nothing",
        "event/?mode__exact=test",
        "job/?day=nonsense&before=nonsense",
    ],
)
def test_filters_and_searches_answer(desk, job, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(60 if "day=2" in path or "24h" in path else 12):
        assert desk.get(f"/admin/generation/{path}").status_code == 200


def test_pages_go_on_below_the_last_id_and_no_row_is_counted(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.work.JobRegister.list_per_page", 1)
    newest, older = Job.objects.order_by("-pk")
    first = desk.get(list_url("generation_job"))
    assert uids(first) == [newest.uid]
    assert f"?before={newest.pk}" in first.content.decode()
    second = desk.get(list_url("generation_job", before=newest.pk))
    assert uids(second) == [older.uid]
    assert second.context["cl"].older is None
    assert "COUNT(" not in "".join(_queries(desk))


def _queries(desk) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        desk.get(list_url("generation_job", state__exact="queued"))
    return [query["sql"] for query in seen.captured_queries]


def test_a_filter_that_fits_little_looks_through_a_stretch_at_a_time(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.keyset.REACH", 1)
    older = Job.objects.earliest("pk")
    Job.objects.filter(pk=older.pk).update(attention="overdue")
    first = desk.get(list_url("generation_job", attention__exact="overdue"))
    assert uids(first) == []
    assert first.context["cl"].stopped
    page = first
    while page.context["cl"].stopped and not uids(page):
        page = desk.get("/admin/generation/job/" + page.context["cl"].older_url())
    assert uids(page) == [older.uid]


def test_a_day_holds_what_came_on_it(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.days.SLACK", 0)
    old = Job.objects.order_by("pk").first()
    Job.objects.filter(pk=old.pk).update(created_at="2026-03-04T05:06:07Z")
    for day in ("2026-03-04", "2026-03"):
        assert uids(desk.get(list_url("generation_job", day=day))) == [old.uid]
    assert uids(desk.get(list_url("generation_job", day="2026-03-05"))) == []
    assert uids(desk.get(list_url("generation_job", day="24h"))) == [job.uid]


def test_search_by_id_and_by_its_beginning(desk, job):
    assert uids(desk.get(list_url("generation_job", q=job.uid))) == [job.uid]
    assert len(uids(desk.get(list_url("generation_job", q="job_")))) == 2
    assert uids(desk.get(list_url("generation_job", q="job_zzzzzz"))) == []


def test_csv_is_a_stream_and_hides_what_is_secret(desk, job):
    Job.objects.filter(pk=job.pk).update(prompt="=1+1", webhook_url="https://x.test/?key=s3cret")
    answer = desk.get(reverse("admin:generation_job_csv") + f"?q={job.uid}")
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="job.csv"'
    text = b"".join(answer.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text))
    assert row["uid"] == job.uid
    assert row["prompt"] == "'=1+1"
    assert "s3cret" not in text
    record = desk.get(record_url(job)).content.decode()
    assert "s3cret" not in record


def test_csv_reads_on_after_a_piece(desk, job, monkeypatch):
    monkeypatch.setattr("generation.desk.csv_out.PIECE", 1)
    answer = desk.get(reverse("admin:generation_job_csv"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["uid"] for row in rows] == [j.uid for j in Job.objects.order_by("-pk")]


def test_three_clicks_from_a_sum_to_what_the_provider_answered(desk, job):
    line = LedgerLine.objects.get(job=job)
    assert record_url(job) in desk.get(list_url("generation_ledgerline")).content.decode()
    shown = desk.get(record_url(job)).content.decode()
    attempts = list_url("generation_attempt", job__id__exact=job.pk)
    assert attempts in shown
    assert record_url(line.attempt) in desk.get(attempts).content.decode()
    events = list_url("generation_event", attempt__id__exact=line.attempt_id)
    assert events in desk.get(record_url(line.attempt)).content.decode()
    assert desk.get(events).status_code == 200


def test_staff_see_their_own_workspaces_only(manager, stranger, job):
    assert len(uids(manager.get(list_url("generation_job")))) == 2
    assert uids(stranger.get(list_url("generation_job"))) == []
    assert stranger.get(record_url(job)).status_code == 302
    assert uids(stranger.get(list_url("generation_job", q=job.uid))) == []
    text = b"".join(stranger.get(reverse("admin:generation_job_csv")).streaming_content).decode()
    assert job.uid not in text
    page = stranger.get(list_url("generation_job")).content.decode()
    assert "Acme Agency" not in page


@pytest.mark.parametrize("role", [Role.CREATOR, Role.VIEWER])
def test_other_roles_see_nothing_though_they_are_staff(workspace, job, role):
    client = staff_of(workspace, role=role, name="una")
    assert client.get(list_url("generation_job")).status_code == 403
    assert client.get(reverse("admin:generation_job_csv")).status_code == 302


def test_who_is_not_staff_does_not_come_in(workspace, job, client, access):
    from accounts.models import User

    user = User.objects.get(pk=access.user_id)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    client.force_login(user)
    assert client.get(list_url("generation_job")).status_code == 302


def test_people_keys_and_checks_are_for_superusers(manager, job):
    for table in (
        "accounts_user",
        "accounts_membership",
        "accounts_apikey",
        "generation_moneycheck",
    ):
        assert manager.get(list_url(table)).status_code == 403


def test_history_is_the_audit_trail(desk, job):
    answer = desk.get(reverse("admin:generation_job_history", args=[job.pk]))
    assert answer["Location"] == list_url("accounts_auditentry", subject=f"job:{job.uid}")
    assert AuditEntry.objects.count() == 0
