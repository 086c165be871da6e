"""The addresses that `bench.reports` asks for, with ids out of the books."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from accounts.models import Membership
from generation.api.cursors import _cursor
from generation.models import Batch, Budget, CentreKind, CostCentre, Job, LedgerLine
from generation.money.insight import DIMENSIONS

Queries = list[dict[str, Any]]


def addresses() -> list[tuple[str, str]]:
    """Name and path of each, for the owner of the first agency."""
    return [*_pages(), *_api(), *_admin()]


def _with(path: str, **query: object) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _months() -> tuple[dict[str, str], dict[str, str], str]:
    """The last whole month as days, a year as days, and the month's own name."""
    today = datetime.now(UTC).date()
    last = today.replace(day=1) - timedelta(days=1)
    month = {"first": str(last.replace(day=1)), "last": str(last)}
    year = {"first": str(today - timedelta(days=364)), "last": str(today)}
    return month, year, f"{last:%Y-%m}"


def _mine() -> dict[str, Any]:
    # Its name is another one where the books are the demo's.
    agency = Membership.objects.get(user__username="p0-0").workspace
    jobs = Job.objects.filter(workspace=agency)
    count = jobs.order_by("-pk").values_list("pk", flat=True)[0]
    client = CostCentre.objects.filter(workspace=agency, kind=CentreKind.CLIENT)
    lines = LedgerLine.objects.filter(workspace=agency)
    return {
        "newest": jobs.order_by("-pk")[0],
        "deep": jobs.filter(pk__lt=count // 20).order_by("-pk")[0],
        "middle": jobs.filter(pk__lt=count // 2, state="completed").order_by("-pk")[0],
        "client": client.order_by("pk")[0],
        "campaign": client.model.objects.filter(
            workspace=agency, kind=CentreKind.CAMPAIGN
        ).order_by("pk")[0],
        "batch": Batch.objects.filter(workspace=agency).order_by("-pk")[3],
        "budget": Budget.objects.get(workspace=agency),
        "line": lines.filter(pk__lt=count * 2).order_by("-pk")[0],
        "old_line": lines.filter(pk__lt=count // 4).order_by("-pk")[0],
    }


def _pages() -> list[tuple[str, str]]:
    it, (month, year, name) = _mine(), _months()
    client = it["client"].uid
    return [
        ("page today", "/"),
        ("page today/live", "/today/live/"),
        ("page job", f"/jobs/{it['middle'].uid}/"),
        ("page batches", "/batches/"),
        ("page batch", f"/batches/{it['batch'].uid}/"),
        ("page budgets", "/budgets/"),
        ("page budget", f"/budgets/{it['budget'].uid}/"),
        ("page ledger line", f"/ledger/{it['line'].pk}/"),
        ("page reconciliation", _with("/reconciliation/", month=name)),
        ("page reconciliation now", "/reconciliation/"),
        ("page clients", "/clients/"),
        ("page statement", _with(f"/clients/{client}/statement/", month=name)),
        ("page statement.csv", _with(f"/clients/{client}/statement.csv", month=name)),
        ("page statement.pdf", _with(f"/clients/{client}/statement.pdf", month=name)),
        ("page prices", "/prices/"),
        *_each("page jobs", "/jobs/", _page_jobs(it)),
        *_each("page ledger", "/ledger/", _page_ledger(it, name)),
        *_each("page costs", "/costs/", _page_costs(it)),
        *_each("page client costs", f"/clients/{client}/costs/", [{}, month, year]),
    ]


def _page_jobs(it: dict[str, Any]) -> Queries:
    return [
        {},
        {"state": "failed"},
        {"state": "open"},
        {"state": "attention"},
        {"state": "cancelled"},
        {"provider": "sora"},
        {"tier": "master"},
        {"tier": "master", "state": "cancelled"},
        {"text": "paper boat"},
        {"text": f"take {it['deep'].pk}"},
        {"text": "zeppelin at noon"},
        {"text": it["deep"].uid},
        {"before": it["deep"].uid},
    ]


def _page_ledger(it: dict[str, Any], month: str) -> Queries:
    return [
        {},
        {"month": month},
        {"provider": "sora", "tier": "draft"},
        {"kind": "adjust"},
        {"kind": "charge"},
        {"centre": it["client"].uid},
        {"centre": it["client"].uid, "month": month},
        {"job": it["middle"].uid},
        {"person": "p0-2"},
        {"person": "nobody"},
        {"api_key": "Robot"},
        {"model": "none-such"},
        {"before": it["old_line"].pk},
    ]


def _page_costs(it: dict[str, Any]) -> Queries:
    month, year, _ = _months()
    other = {"standard": "kling, runway"}
    return [
        {},
        month,
        {**month, "client": it["client"].uid},
        year,
        {**month, **other},
        {**year, **other},
        *({**month, "by": by} for by in DIMENSIONS[1:]),
    ]


def _api() -> list[tuple[str, str]]:
    (month, year, name), it = _months(), _mine()
    client, middle = it["client"].uid, it["middle"].uid
    other = {"standard": "kling, runway"}
    by_each = [{**days, "by": by} for days in (month, year) for by in DIMENSIONS]
    return [
        ("api status", f"/api/ai-video/status/{middle}"),
        ("api job", f"/api/ai-video/jobs/{middle}"),
        ("api batches", "/api/ai-video/batches"),
        ("api batch", f"/api/ai-video/batches/{it['batch'].uid}"),
        ("api budgets", "/api/budgets"),
        ("api reconciliation", _with("/api/reconciliation", month=name)),
        ("api differences", _with("/api/differences", month=name)),
        ("api bills", "/api/bills"),
        ("api months", "/api/months"),
        ("api cost-centres", "/api/cost-centres"),
        ("api statement", _with(f"/api/clients/{client}/statement", month=name)),
        ("api ledger.csv", _with("/api/ledger.csv", month=name, campaign=it["campaign"].uid)),
        *_each("api client costs", f"/api/clients/{client}/costs", [{}, month, year]),
        *_each("api replay", "/api/replay", [{**month, **other}, {**year, **other}]),
        *_each("api jobs", "/api/ai-video/jobs", _api_jobs(it)),
        *_each("api ledger", "/api/ledger", _api_ledger(it, name)),
        *_each("api insight", "/api/insight", by_each),
    ]


def _api_jobs(it: dict[str, Any]) -> Queries:
    day = _months()[0]["first"]
    return [
        {},
        {"state": "failed"},
        {"provider": "sora"},
        {"tier": "master"},
        {"campaign": it["campaign"].uid},
        {"campaign": "nobody's"},
        {"batch": it["batch"].uid},
        {"created_after": f"{day}T00:00:00Z", "created_before": f"{day}T12:00:00Z"},
        {"q": it["deep"].uid},
        {"q": "Close-up of neon"},
        {"q": "zeppelin"},
        {"cursor": _cursor(it["deep"].pk)},
    ]


def _api_ledger(it: dict[str, Any], month: str) -> Queries:
    return [
        {},
        {"month": month},
        {"kind": "charge"},
        {"campaign": it["campaign"].uid},
        {"job": it["middle"].uid},
        {"cursor": _cursor(it["old_line"].pk)},
    ]


def _each(name: str, path: str, queries: Queries) -> Iterator[tuple[str, str]]:
    for query in queries:
        yield f"{name} {urlencode(query)}".strip(), _with(path, **query)


def _admin() -> list[tuple[str, str]]:
    it = _mine()
    pages = {
        "job": ("state__exact", "failed", it["deep"].uid),
        "attempt": ("provider", "sora", "att_" + "0" * 14 + "123456"),
        "ledgerline": ("kind__exact", "adjust", it["deep"].uid),
        "asset": ("state__exact", "stored", it["deep"].uid),
        "batch": ("mode__exact", "test", it["batch"].uid),
        "event": ("mode__exact", "test", it["deep"].uid),
    }
    found = []
    for model, (column, value, word) in pages.items():
        path = f"/admin/generation/{model}/"
        place = 1 if model == "batch" else 20
        found += [
            (f"admin {model}", path),
            (f"admin {model} page {place}", _with(path, p=place)),
            (f"admin {model} filter", _with(path, **{column: value})),
            (f"admin {model} search", _with(path, q=word)),
        ]
    return found
