"""G12 and G13: how soon the product is there, and what it holds while nobody asks for anything."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.goals.figure import Figure
from bench.goals.starting import boots
from tests.sandbox_server import SandboxServer
from tests.services import postgres, redis

GOALS = ("G12", "G13")
ROUNDS = 3


def measure(folder: Path) -> Iterator[Figure]:
    """Everybody in turn, three times; the first start of each is not counted, since it reads
    its files from the disk."""
    answers, submits, held = [], [], []
    litellm: list[boots.Boot] = []
    celery: list[boots.Boot] = []
    with postgres(durable=True) as server, redis() as broker, SandboxServer() as sandbox:
        sandbox.control("footage", {"style": "plain"})
        ours = boots.product(
            folder / "ours", database_url=server.url, broker_url=broker.url, sandbox=sandbox
        )
        for turn in range(ROUNDS + 1):
            mine = boots.boot_product(ours, folder / f"ours-{turn}")
            peers = (
                boots.boot_litellm(folder, base=sandbox.base),
                boots.boot_celery(folder, broker_url=broker.url),
            )
            if turn == 0:
                continue
            for values, value in zip((answers, submits, held), mine, strict=True):
                values.append(value)
            litellm.append(peers[0])
            celery.append(peers[1])
    yield from _starts(median(answers), median(submits), litellm, celery)
    yield from _memory(median(held), litellm, celery)


def _starts(
    to_answer: float, to_submit: float, litellm: list[boots.Boot], celery: list[boots.Boot]
) -> Iterator[Figure]:
    peer = median(boot.seconds for boot in litellm)
    yield Figure(
        goal="G12",
        what="web, start to first answer",
        unit="s",
        ours=to_answer,
        anchor=peer,
        peer="LiteLLM",
        at_most=1.2,
        times_better=5.0,
    )
    yield Figure(
        goal="G12",
        what="worker, start to first submitted job",
        unit="s",
        ours=to_submit,
        anchor=peer,
        peer="LiteLLM, first answer",
        at_most=1.5,
        times_better=5.0,
    )
    yield Figure(
        goal="G12",
        what="worker, start to first submitted job",
        unit="s",
        ours=to_submit,
        anchor=median(boot.seconds for boot in celery),
        peer="Celery, first task",
    )


def _memory(held: float, litellm: list[boots.Boot], celery: list[boots.Boot]) -> Iterator[Figure]:
    yield Figure(
        goal="G13",
        what="web with 2 workers and worker, idle",
        unit="MB",
        ours=held,
        anchor=median(boot.megabytes for boot in litellm),
        peer="LiteLLM, 1 worker",
        at_most=190.0,
        times_better=1.0,
    )
    yield Figure(
        goal="G13",
        what="web with 2 workers and worker, idle",
        unit="MB",
        ours=held,
        anchor=median(boot.megabytes for boot in celery),
        peer="Celery, 8 processes",
    )
