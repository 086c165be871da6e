"""Our accounts at the vendors: slots in use, and circuits that are open."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django.db.models import F
from prometheus_client.core import GaugeMetricFamily, Metric

from generation.figures.since import seconds_since
from providers.models import ProviderAccount


def figures(moment: datetime, *, busy: "Counter[tuple[int, str]]") -> Iterator[Metric]:
    """One statement. `busy` are the tasks under way by account and model, and by account under
    ""; so are the slots told: of each account, and of models with a number of their own."""
    used = GaugeMetricFamily(
        "aivideo_slots_in_use", "Tasks under way.", labels=["provider", "mode", "model"]
    )
    most = GaugeMetricFamily(
        "aivideo_slots", "Tasks that may be under way.", labels=["provider", "mode", "model"]
    )
    circuit = GaugeMetricFamily(
        "aivideo_circuit_open_seconds",
        "Since the account's circuit opened; 0 while it is closed.",
        labels=["provider", "mode"],
    )
    for row in _rows():
        name = (row["provider"], row["mode"])
        if not row["model"]:
            circuit.add_metric(name, seconds_since(row["circuit_since"], moment))
        if row["slots"] is not None:
            used.add_metric((*name, row["model"]), busy[row["pk"], row["model"]])
            most.add_metric((*name, row["model"]), row["slots"])
    yield from (used, most, circuit)


def _rows() -> list[dict[str, Any]]:
    """Each account with its own number under "", then its models with theirs."""
    found = ProviderAccount.objects.order_by("provider", "mode", "model_limits__model").values(
        "pk",
        "provider",
        "mode",
        "circuit_since",
        "max_concurrent",
        model=F("model_limits__model"),
        slots=F("model_limits__slots"),
    )
    rows = cast(list[dict[str, Any]], list(found))
    told: list[dict[str, Any]] = []
    seen: set[int] = set()
    for row in rows:
        if row["pk"] not in seen:
            seen.add(row["pk"])
            told.append({**row, "model": "", "slots": row["max_concurrent"]})
        if row["model"]:
            told.append(row)
    return told
