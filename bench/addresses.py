"""The addresses that `bench.reports` asks for, with ids out of the books."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from generation.api.cursors import _cursor
from generation.models import Batch, Budget, CentreKind, CostCentre, Job, LedgerLine
from generation.money.insight import DIMENSIONS


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


def _mine() -> dict[str, object]:
    jobs = Job.objects.filter(workspace__slug="agency-0")
    count = jobs.order_by("-pk").values_list("pk", flat=True)[0]
    client = CostCentre.objects.filter(workspace__slug="agency-0", kind=CentreKind.CLIENT)
    lines = LedgerLine.objects.filter(workspace__slug="agency-0")
    return {
        "newest": jobs.order_by("-pk")[0],
        "deep": jobs.filter(pk__lt=count // 20).order_by("-pk")[0],
        "middle": jobs.filter(pk__lt=count // 2, state="completed").order_by("-pk")[0],
        "client": client.order_by("pk")[0],
        "campaign": client.model.objects.filter(
            workspace__slug="agency-0", kind=CentreKind.CAMPAIGN
        ).order_by("pk")[0],
        "batch": Batch.objects.filter(workspace__slug="agency-0").order_by("-pk")[3],
        "budget": Budget.objects.get(workspace__slug="agency-0"),
        "line": lines.filter(pk__lt=count * 2).order_by("-pk")[0],
        "old_line": lines.filter(pk__lt=count // 4).order_by("-pk")[0],
    }


def _pages() -> list[tuple[str, str]]:
    month, year, name = _months()
    it = _mine()
    client, deep, middle = it["client"].uid, it["deep"].uid, it["middle"].uid
    jobs = {
        "": {},
        "state=failed": {"state": "failed"},
        "state=open": {"state": "open"},
        "state=attention": {"state": "attention"},
        "state=cancelled": {"state": "cancelled"},
        "provider=sora": {"provider": "sora"},
        "tier=master": {"tier": "master"},
        "tier+state": {"tier": "master", "state": "cancelled"},
        "text common": {"text": "paper boat"},
        "text rare": {"text": f"take {it['deep'].pk}"},
        "text none": {"text": "zeppelin at noon"},
        "text id": {"text": deep},
        "deep": {"before": deep},
    }
    ledger = {
        "": {},
        "month": {"month": name},
        "provider+tier": {"provider": "sora", "tier": "draft"},
        "kind=adjust": {"kind": "adjust"},
        "kind=charge": {"kind": "charge"},
        "client": {"centre": client},
        "client+month": {"centre": client, "month": name},
        "job": {"job": middle},
        "person": {"person": "p0-2"},
        "person none": {"person": "nobody"},
        "api key": {"api_key": "Robot"},
        "model": {"model": "kling-v1-6"},
        "deep": {"before": it["old_line"].pk},
    }
    costs = {
        "": {},
        "month": month,
        "month client": {**month, "client": client},
        "year": year,
        "month replay": {**month, "standard": "kling, runway"},
        "year replay": {**year, "standard": "kling, runway"},
        **{f"month by={by}": {**month, "by": by} for by in DIMENSIONS[1:]},
    }
    plain = [
        ("page today", "/"),
        ("page today/live", "/today/live/"),
        ("page job", f"/jobs/{middle}/"),
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
    ]
    return [
        *plain,
        *((f"page jobs {what}", _with("/jobs/", **query)) for what, query in jobs.items()),
        *((f"page ledger {what}", _with("/ledger/", **query)) for what, query in ledger.items()),
        *((f"page costs {what}", _with("/costs/", **query)) for what, query in costs.items()),
    ]


def _api() -> list[tuple[str, str]]:
    month, year, name = _months()
    it = _mine()
    client, deep, middle = it["client"].uid, it["deep"].uid, it["middle"].uid
    day = date.fromisoformat(month["first"])
    jobs = {
        "": {},
        "state=failed": {"state": "failed"},
        "provider=sora": {"provider": "sora"},
        "tier=master": {"tier": "master"},
        "campaign": {"campaign": it["campaign"].uid},
        "campaign none": {"campaign": "nobody's"},
        "batch": {"batch": it["batch"].uid},
        "created": {"created_after": f"{day}T00:00:00Z", "created_before": f"{day}T12:00:00Z"},
        "q id": {"q": deep},
        "q prompt": {"q": "Close-up of neon"},
        "q none": {"q": "zeppelin"},
        "deep": {"cursor": _cursor(it["deep"].pk)},
    }
    ledger = {
        "": {},
        "month": {"month": name},
        "kind=charge": {"kind": "charge"},
        "campaign": {"campaign": it["campaign"].uid},
        "job": {"job": middle},
        "deep": {"cursor": _cursor(it["old_line"].pk)},
    }
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
        ("api ledger.csv client+month", _with("/api/ledger.csv", month=name, campaign=client)),
        ("api replay month", _with("/api/replay", **month, standard="kling, runway")),
        ("api replay year", _with("/api/replay", **year, standard="kling, runway")),
        *((f"api jobs {w}", _with("/api/ai-video/jobs", **q)) for w, q in jobs.items()),
        *((f"api ledger {w}", _with("/api/ledger", **q)) for w, q in ledger.items()),
        *(
            (f"api insight month by={by}", _with("/api/insight", **month, by=by))
            for by in DIMENSIONS
        ),
        *((f"api insight year by={by}", _with("/api/insight", **year, by=by)) for by in DIMENSIONS),
    ]


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
