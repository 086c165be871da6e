"""A year of five agencies in PostgreSQL, as the engine would have left it, in bulk.

Every row keeps the constraints and the invariants A1 to A14, which `build` checks on demand. The
legs are the router's own. Triggers and foreign keys are off while the rows go in, which only a
database made for this may do.
"""

import json
import time
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

from django.core.management import call_command
from django.db import connection

from bench.books_sql import STEPS
from bench.rows import say

DAYS = 365
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Adelaide")
SHARES = (40, 25, 15, 12, 8)  # percent of all jobs, by workspace
CLIENTS, CAMPAIGNS, PEOPLE = 12, 5, 6
SECONDS, RATIOS = (3, 5, 8, 10), ("16:9", "9:16", "1:1", "4:5")
LEG_NAMES = (
    "account_id",
    "offer_id",
    "price_row_id",
    "provider",
    "model",
    "price_micros",
)
HEAVY = (
    "generation_job",
    "generation_attempt",
    "generation_providertask",
    "generation_asset",
    "generation_event",
    "generation_ledgerline",
    "generation_ledgerbudget",
    "generation_statementline",
    "generation_batch",
    "generation_costcentre",
)


def build(*, jobs: int) -> None:
    """Fill an empty, migrated database with `jobs` jobs, about five ledger lines each."""
    began = time.perf_counter()
    call_command("load_catalogue", verbosity=0)
    _agencies()
    _legs()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SELECT setseed(0.42)")
        lifted = _lift_indexes(cursor)
        values = {"jobs": jobs, "days": DAYS, "first": _first()}
        for sql in STEPS:
            cursor.execute(sql, values)
        for definition in lifted:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = origin")
        for table in HEAVY:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 - ours
                f"(SELECT COALESCE(MAX(id), 1) FROM {table}))"
            )
    call_command("rebuild_rollups", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET work_mem")
        cursor.execute("RESET statement_timeout")
        cursor.execute("SELECT COUNT(*) FROM generation_ledgerline")
        [(lines,)] = cursor.fetchall()
    say("books", jobs=jobs, ledger_lines=lines, built_s=time.perf_counter() - began)


def _first() -> datetime:
    return datetime.now(UTC) - timedelta(days=DAYS)


def _agencies() -> None:
    """Workspaces with people, keys, clients, campaigns, terms and a budget of each month."""
    from accounts.keys import make_key
    from accounts.models import Membership, Mode, Role, User, Workspace
    from generation import centres
    from generation.models import Budget, BudgetKind, CentreKind, PeriodKind, RateCard

    for number, zone in enumerate(ZONES):
        workspace = Workspace.objects.create(
            slug=f"agency-{number}", name=f"Agency {number}", time_zone=zone
        )
        for person in range(PEOPLE):
            user = User.objects.create_user(f"p{number}-{person}", password=None, time_zone=zone)
            role = Role.OWNER if person == 0 else Role.CREATOR
            Membership.objects.create(workspace=workspace, user=user, role=role)
        make_key(workspace, mode=Mode.TEST, name="Robot", created_by=user)
        root = centres.root(workspace.pk, mode="test")
        for client in range(CLIENTS):
            below = centres.add(root, kind=CentreKind.CLIENT, name=f"Client {client}")
            RateCard.objects.create(
                workspace=workspace,
                mode="test",
                client=below,
                kind="cost_plus",
                markup_bp=1500,
                valid_from=date(2020, 1, 1),
            )
            for campaign in range(CAMPAIGNS):
                name = f"Campaign {client}.{campaign}"
                centres.add(below, kind=CentreKind.CAMPAIGN, name=name)
        Budget.objects.create(
            workspace=workspace,
            mode="test",
            name="All",
            kind=BudgetKind.WORKSPACE,
            period=PeriodKind.MONTHLY,
            starts_on=date(2020, 1, 1),
            limit_micros=10**12,
        )


def _legs() -> None:
    """What the router says to every kind of request, in tables that the steps join."""
    from generation.asks import frozen
    from generation.routing import RouteAsk, plan_route
    from providers.market import market
    from providers.types import GenerationMode, Tier

    trade = market("test")
    terms = {offer.offer_id: offer.terms for offer in trade.catalogue.offers}
    routes: list[Any] = []
    legs: list[Any] = []
    for tier, seconds, ratio in product(Tier, SECONDS, RATIOS):
        ask = RouteAsk(
            generation_mode=GenerationMode.TEXT_TO_VIDEO,
            tier=tier,
            seconds=seconds,
            ratio=ratio,
            mode="test",
        )
        route = plan_route(ask, trade=trade)
        kept = frozen(route, mode="test", terms_of=terms)
        number, left_out = len(routes), [miss.as_json() for miss in route.left_out]
        row = (number, tier.value, seconds, ratio, len(kept), json.dumps(kept))
        routes.append((*row, json.dumps(left_out)))
        legs += [
            (number, place, *(leg[name] for name in LEG_NAMES), json.dumps(leg))
            for place, leg in enumerate(kept)
        ]
    _keep(routes, legs)


def _keep(routes: list[Any], legs: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE UNLOGGED TABLE b_route (route int PRIMARY KEY, tier text, seconds int,"
            " ratio text, legs int, story jsonb, left_out jsonb)"
        )
        cursor.executemany("INSERT INTO b_route VALUES (%s, %s, %s, %s, %s, %s, %s)", routes)
        cursor.execute(
            "CREATE UNLOGGED TABLE b_leg (route int, leg int, account int, offer int, price_row"
            " int, provider text, model text, micros bigint, story jsonb,"
            " PRIMARY KEY (route, leg))"
        )
        marks = ", ".join(["%s"] * 9)
        cursor.executemany(f"INSERT INTO b_leg VALUES ({marks})", legs)  # noqa: S608 - ours
        cursor.execute(
            "CREATE UNLOGGED TABLE b_share (place int, workspace_id bigint, low int, high int)"
        )
        for place, share in enumerate(SHARES):
            low = sum(SHARES[:place])
            cursor.execute(
                "INSERT INTO b_share SELECT %s, id, %s, %s FROM accounts_workspace WHERE slug = %s",
                [place, low, low + share - 1, f"agency-{place}"],
            )


def _lift_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that no constraint stands on, and give back how to make them again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(HEAVY)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def for_the_demo(*, jobs: int) -> None:
    """Books in a database that may be empty or filled already; the biggest agency is the demo's."""
    from accounts.models import Workspace
    from generation.models import Job

    call_command("migrate", verbosity=0)
    if Job.objects.exists():
        return
    build(jobs=jobs)
    Workspace.objects.filter(slug="agency-0").update(slug="demo", name="Demo Agency")


if __name__ == "__main__":
    import sys

    import django

    django.setup()
    for_the_demo(jobs=int(sys.argv[1]))
