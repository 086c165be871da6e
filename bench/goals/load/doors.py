"""Jobs accepted, batches accepted and status told, beside the peers, each in turn.

G5, G6 and G9. The worker is not running, so that only the doors are measured; the bell is rung
as ever. The load comes from this process and shares the machine with what it asks.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.goals.anchors.gateway import Gateway, gateway, video_of
from bench.goals.figure import Figure
from bench.goals.load.desk import Desk, desk, open_doors, plain, vendor
from bench.goals.load.desk_setup import PRICE, TIGHT
from bench.goals.load.hammer import Hammered, Request, hammer, middle, request
from bench.goals.processes import tree_cpu
from bench.rows import say

GOALS = ("G5", "G6", "G9")
ROUNDS, SECONDS = 3, 2.0
CLIENTS = (1, 16, 64)
BATCH = 1000


@dataclass(frozen=True)
class Places:
    """Everything that is asked, all of it running side by side."""

    ours: Desk
    web: int
    plain: int
    pair: Gateway
    single: Gateway


def measure(folder: Path) -> Iterator[Figure]:
    with ExitStack() as stack:
        port = stack.enter_context(vendor(folder))
        ours = stack.enter_context(desk(folder, vendors=f"http://127.0.0.1:{port}"))
        web = stack.enter_context(open_doors(ours, folder))
        app, _ = stack.enter_context(plain(folder))
        pair = stack.enter_context(gateway(folder, vendor=port, workers=2))
        single = stack.enter_context(gateway(folder, vendor=port, workers=1))
        places = Places(ours, web, app, pair, single)
        yield from accepted(places)
        yield overdrawn(ours)
        yield from batches(places)
        yield from looks(places)


def accepted(places: Places) -> Iterator[Figure]:
    """G5: key, checks, price, holds, job and ledger in one transaction, on one budget."""
    ours = places.ours
    askers: dict[str, tuple[int, Callable[[int], Request]]] = {
        "ours": (ours.port, lambda n: ours.ask(f"A paper boat {n}")),
        "orm": (places.plain, lambda n: _plain_ask(places.plain, n)),
        "litellm": (places.pair.port, places.pair.create),
    }
    runs = {count: _in_turn(askers, count, web=places.web) for count in CLIENTS}
    alone, few, many = (runs[count] for count in CLIENTS)
    per_s = {name: middle([one.per_second for one in few[name]]) for name in askers}
    crowd = {name: middle([one.per_second for one in many[name]]) for name in askers}
    what, unit = "jobs accepted, 16 callers, one budget", "a second"
    yield Figure(
        goal="G5", what=what, unit=unit, ours=per_s["ours"], anchor=per_s["orm"],
        peer="DRF and ORM", at_least=750, times_better=2.5,
    )  # fmt: skip
    yield Figure(
        goal="G5", what=what, unit=unit, ours=per_s["ours"], anchor=per_s["litellm"],
        peer="LiteLLM, 2 workers", times_better=2, more_is_better=True,
    )  # fmt: skip
    yield Figure(
        goal="G5", what="jobs accepted, 64 callers, one budget", unit=unit, ours=crowd["ours"],
        anchor=crowd["orm"], peer="DRF and ORM", times_better=2.5, more_is_better=True,
    )  # fmt: skip
    yield Figure(
        goal="G5", what="acceptance, 16 callers, p95", unit="ms", at_most=35,
        ours=middle([one.ms(95) for one in few["ours"]]),
        anchor=middle([one.ms(95) for one in few["orm"]]), peer="DRF and ORM",
    )  # fmt: skip
    yield Figure(
        goal="G5", what="acceptance, 1 caller, p50", unit="ms", at_most=1.8,
        ours=middle([one.ms(50) for one in alone["ours"]]),
        anchor=middle([one.ms(50) for one in alone["orm"]]), peer="DRF and ORM",
    )  # fmt: skip


def overdrawn(ours: Desk) -> Figure:
    """64 callers ask for twice what a budget can pay; every micro-dollar is then looked for."""
    made = hammer(
        ours.port,
        lambda n: ours.ask(f"Tight {n}", key="tight"),
        connections=64,
        count=2 * TIGHT,
    ).wanting(202, 402)
    taken = made.statuses.count(202)
    [(limit, used, lines)] = ours.rows(
        "SELECT p.limit_micros, p.held_micros + p.spent_micros, (SELECT sum(l.held_delta)"
        " FROM generation_ledgerbudget b JOIN generation_ledgerline l ON l.id = b.line_id"
        " WHERE b.period_id = p.id) FROM generation_budgetperiod p"
        " JOIN accounts_workspace w ON w.id = p.workspace_id WHERE w.slug = 'tight'"
    )
    checked = ours.manage("check_money")
    assert checked.returncode == 0, checked.stdout[-1000:]
    assert taken == TIGHT, (taken, TIGHT)
    wrong = max(0, used - limit) + abs(used - lines) + abs(used - taken * PRICE)
    return Figure(
        goal="G5", what="wrong or overdrawn, 64 callers, one budget", unit="micro-dollars",
        ours=float(wrong), at_most=0,
    )  # fmt: skip


def batches(places: Places) -> Iterator[Figure]:
    """G6: a thousand prompts in one POST, all or none."""
    ours = places.ours
    prompts = [f"Shot {n}: hands typing on a laptop, bright office" for n in range(BATCH)]
    body = {"prompts": prompts, "seconds": 3}
    loop = request("POST", "/batch", port=places.plain, body=body)
    mine, theirs = [], []
    for number in range(ROUNDS + 1):
        one = hammer(ours.port, lambda _: ours.batch(prompts), connections=1, count=2)
        other = hammer(places.plain, lambda _: loop, connections=1, count=1)
        assert json.loads(one.wanting(202).bodies[0])["total_videos"] == BATCH
        if number:  # the first is for what a process does only once
            mine += one.times
            theirs += other.wanting(202).times
    yield Figure(
        goal="G6", what="1,000 prompts in one POST, p50", unit="ms", ours=1000 * middle(mine),
        anchor=1000 * middle(theirs), peer="ORM loop", at_most=110, times_better=13,
    )  # fmt: skip


def looks(places: Places) -> Iterator[Figure]:
    """G9: the status of a thousand jobs, each asked again and again."""
    ours, peer = places.ours, places.single
    made = hammer(ours.port, lambda n: ours.ask(f"Seen {n}"), connections=16, count=1000)
    ids = [json.loads(body)["job_id"] for body in made.wanting(202).bodies]
    told = hammer(peer.port, peer.create, connections=4, count=100).wanting(200)
    videos = [video_of(body) for body in told.bodies]
    askers: dict[str, tuple[int, Callable[[int], Request]]] = {
        "ours": (ours.port, lambda n: ours.status(ids[n % len(ids)])),
        "litellm": (peer.port, lambda n: peer.status(videos[n % len(videos)])),
    }
    runs = _in_turn(askers, 16, web=places.web)
    yield Figure(
        goal="G9", what="status told, 16 callers", unit="a second", at_least=1700, times_better=9,
        ours=middle([one.per_second for one in runs["ours"]]),
        anchor=middle([one.per_second for one in runs["litellm"]]), peer="LiteLLM, 1 worker",
    )  # fmt: skip
    yield Figure(
        goal="G9", what="status told, 16 callers, p99", unit="ms", at_most=25,
        ours=middle([one.ms(99) for one in runs["ours"]]),
        anchor=middle([one.ms(99) for one in runs["litellm"]]), peer="LiteLLM, 1 worker",
    )  # fmt: skip


def _in_turn(
    askers: dict[str, tuple[int, Callable[[int], Request]]], connections: int, *, web: int
) -> dict[str, list[Hammered]]:
    """Each for some seconds, and again, after a first round that does not count."""
    runs: dict[str, list[Hammered]] = {name: [] for name in askers}
    for number in range(ROUNDS + 1):
        for name, (port, make) in askers.items():
            cpu = tree_cpu(web)
            seconds = SECONDS if number else SECONDS / 4
            done = hammer(port, make, connections=connections, seconds=seconds).wanting(200, 202)
            spent = tree_cpu(web) - cpu
            if number:
                runs[name].append(done)
                _tell(name, connections, done, cpu=spent if name == "ours" else 0.0)
    return runs


def _tell(name: str, connections: int, done: Hammered, *, cpu: float) -> None:
    say(
        "doors", who=name, callers=connections, per_s=done.per_second, p50_ms=done.ms(50),
        p95_ms=done.ms(95), p99_ms=done.ms(99), web_cpu_ms=1000 * cpu / len(done.times),
    )  # fmt: skip


def _plain_ask(port: int, number: int) -> Request:
    body = {"prompt": f"A paper boat {number}", "seconds": 3}
    return request("POST", "/generate", port=port, body=body)
