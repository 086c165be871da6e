"""The step to periods: what stood in a budget stands in its period, and the lines are guarded."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json
import django
django.setup()
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

BEFORE, AFTER = ("generation", "0005_quote"), ("generation", "0008_budget_periods_only")

def go(target):
    executor = MigrationExecutor(connection)
    held = ("generation", "campaigns")  # campaigns build on what generation has only later
    others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in held]
    executor.migrate([target, *others])
    return MigrationExecutor(connection).loader.project_state([target, *others]).apps

old = go(BEFORE)
call_command("load_catalogue", verbosity=0)
now = timezone.now()
model = lambda name: old.get_model("generation", name)
workspace = old.get_model("accounts", "Workspace").objects.create(slug="acme", name="Acme")
row = {"workspace": workspace, "mode": "test"}
centre = model("CostCentre").objects.create(**row, kind="workspace", name="W", path="/1/")
job = model("Job").objects.create(
    **row, cost_centre=centre, prompt="x", generation_mode="text_to_video", seconds=5,
    tier="draft", ratio="16:9", estimated_micros=100000, cap_micros=100000, created_at=now,
)
price = old.get_model("providers", "PriceRow").objects.first()
account = old.get_model("providers", "ProviderAccount").objects.filter(mode="test").first()
attempt = model("Attempt").objects.create(
    **row, job=job, seq=0, account=account, offer_id=price.offer_id, price_row=price,
    provider=account.provider, model="m", max_micros=100000, state="planned",
    next_check_at=now, hook_token_hash="h" * 64, leg={}, leg_index=0, seed=1,
)
line = model("LedgerLine").objects.create(
    **row, cost_centre=centre, account=account, price_row=price, job=job, attempt=attempt,
    kind="hold", held_delta=100000, spent_delta=0,
)
used = model("Budget").objects.create(
    **row, name="Quarter", kind="workspace", period_start="2026-10-01", period_end="2027-01-01",
    limit_micros=1000000, held_micros=100000,
)
model("Budget").objects.create(
    **row, name="Ever", kind="provider", provider="pika", period_start="2026-10-01",
    limit_micros=500000, spent_micros=450000, hard=False,
)
model("LedgerBudget").objects.create(line=line, budget=used)

def told(apps):
    budgets = apps.get_model("generation", "BudgetPeriod").objects.order_by("pk")
    return [
        [p.budget.name, p.budget.period, str(p.budget.ends_on), str(p.starts_on), str(p.ends_on),
         p.hard, p.limit_micros, p.held_micros, p.spent_micros, p.next_alert_micros]
        for p in budgets.select_related("budget")
    ]

def guarded(apps):
    links = apps.get_model("generation", "LedgerBudget").objects
    refused = 0
    for act in (lambda: links.update(line_id=1), lambda: links.all()._raw_delete("default")):
        try:
            with transaction.atomic():
                act()
        except IntegrityError:
            refused += 1
    return refused

first = go(AFTER)
links = first.get_model("generation", "LedgerBudget").objects.values_list("period__budget__name")
result = {"periods": told(first), "links": list(links), "guarded": guarded(first)}
back = go(BEFORE)
result["back"] = list(
    back.get_model("generation", "Budget").objects.order_by("pk")
    .values_list("name", "held_micros", "spent_micros")
)
result["back_end"] = str(back.get_model("generation", "Budget").objects.first().period_end)
result["back_guarded"] = guarded(back)
again = go(AFTER)
result["again"] = told(again) == result["periods"]
print(json.dumps(result))
"""


def test_budgets_move_into_periods_and_back(tmp_path):
    env = {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": os.environ.get("MIGRATION_DATABASE_URL", ""),
        "AIVIDEO_LOG_FILE": os.devnull,
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    quarter = ["Quarter", "custom", "2026-12-31", "2026-10-01", "2026-12-31", True]
    ever = ["Ever", "lifetime", "None", "2026-10-01", "None", False]
    assert told == {
        "periods": [
            [*quarter, 1_000_000, 100_000, 0, 500_000],
            [*ever, 500_000, 0, 450_000, 500_000],
        ],
        "links": [["Quarter"]],
        "guarded": 2,
        "back": [["Quarter", 100_000, 0], ["Ever", 0, 450_000]],
        "back_end": "2027-01-01",
        "back_guarded": 2,
        "again": True,
    }
