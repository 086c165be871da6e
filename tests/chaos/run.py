"""One run from the first request to rest, and the table that tells what came of it."""

import os
import random
from collections import Counter
from typing import Any

from generation.models import Attempt, Job, Notice
from tests.chaos.bill import true_up
from tests.chaos.books import Verdict, picture, verdict
from tests.chaos.callers import Callers
from tests.chaos.crew import Crew
from tests.chaos.faults import odd_kind
from tests.chaos.product import Surroundings, posts
from tests.chaos.weather import Plan, Weather, patiently, shown

SHOWN = 20


def run(around: Surroundings, *, seed: int) -> int:
    plan = Plan(
        jobs=int(os.environ.get("CHAOS_JOBS", "1000")),
        kills=int(os.environ.get("CHAOS_KILLS", "60")),
        restarts=int(os.environ.get("CHAOS_RESTARTS", "2")),
        seconds=float(os.environ.get("CHAOS_SECONDS", "3600")),
    )
    key = around.demo["AIVIDEO_API_KEY"]
    callers = Callers(base=around.base, key=key, seed=seed, jobs=plan.jobs)
    crew = Crew(data=around.data, posts=posts())
    weather = Weather(
        plan=plan, around=around, crew=crew, callers=callers, dice=random.Random(seed)
    )
    try:
        took = weather.run()
    finally:
        crew.stop()
    asked = list(callers.accepted.values())
    trued = true_up()
    found = patiently(lambda: verdict(around.vendors, asked=asked, data=around.data))
    for name, value in rows(weather, found, trued=trued, took=took, seed=seed):
        print(f"{name:<24}{value}")
    told = [*found.lost, *found.double, *found.off, *found.wrong, *callers.contradictions]
    for line in told[:SHOWN]:
        print(f"  {line}")
    if open_now := picture():
        print(f"  open: {dict(open_now)}")
    whole = len(asked) == plan.jobs and not callers.contradictions
    return 0 if found.good and whole else 1


def rows(
    weather: Weather, found: Verdict, *, trued: int, took: float, seed: int
) -> list[tuple[str, Any]]:
    crew, callers = weather.crew, weather.callers
    faults = injected(weather.around)
    return [
        ("seed", seed),
        ("seconds", round(took)),
        ("jobs asked for", f"{len(callers.accepted)} of {weather.plan.jobs}"),
        ("jobs by end", shown(Counter(Job.objects.values_list("state", flat=True)))),
        ("attempts by end", shown(Counter(Attempt.objects.values_list("state", flat=True)))),
        ("consents by policy", Job.objects.exclude(consent="").count()),
        ("faults", f"{faults.total()} of {len(faults)} kinds: {shown(faults)}"),
        ("answers to callers", shown(callers.answers)),
        ("kills", f"{crew.kills.total()}: {shown(crew.kills)}"),
        ("pauses", f"{crew.pauses.total()}: {shown(crew.pauses)}"),
        ("died by itself", shown(crew.deaths)),
        ("around", shown(weather.happened)),
        ("notices", Notice.objects.count()),
        ("settled by the bill", f"{trued} costs that no look could tell"),
        ("lost", len(found.lost)),
        ("double", len(found.double)),
        ("ledger minus invoice", f"{found.difference} micro-dollars"),
    ]


def injected(around: Surroundings) -> Counter[str]:
    """Faults by kind, of all vendors together; those of a prompt are counted by prompt."""
    kinds: Counter[str] = Counter()
    for name, number in around.vendors.control("faults")["injected"].items():
        kinds[name.partition(" ")[2]] += number
    for prompt in Job.objects.values_list("prompt", flat=True):
        if kind := odd_kind(prompt):
            kinds[kind] += 1
    return kinds
