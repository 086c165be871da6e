"""`make run`: the whole product on one machine, until Ctrl-C or SIGTERM."""

import argparse
import os
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from aivideo_project.logs import Mask
from aivideo_project.supervisor import plan, ready
from aivideo_project.supervisor.broker import EmbeddedBroker, embedded_broker
from aivideo_project.supervisor.child import Child
from aivideo_project.supervisor.claim import CannotStart, check_ports, claim
from aivideo_project.supervisor.console import Console
from aivideo_project.supervisor.guard import Guard
from aivideo_project.supervisor.loop import Loop
from aivideo_project.supervisor.parent import parent_watch

ROOT = Path(__file__).resolve().parent.parent.parent
# Longer than a submission may take, so that a worker told to stop sees the answer to its last one.
STOP_SECONDS = 75.0
BROKER_SECONDS = 10.0
UNDER_SECONDS = 10.0
SAY_EVERY = 15.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="aivideo_project.supervisor", description=__doc__)
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop when the process above is stopped"
    )
    options = parser.parse_args()
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aivideo_project.settings")
    try:
        lock = claim(settings.DATA_DIR / "run.lock")
        web, sandbox = settings.PORT, settings.SANDBOX_PORT
        check_ports(address=settings.BIND_ADDRESS, web=web, sandbox=sandbox)
    except (ImproperlyConfigured, CannotStart) as reason:
        print(f"Cannot start. {reason}", file=sys.stderr)
        return 2
    console = Console(settings.DATA_DIR / "logs", mask=Mask(settings.SECRETS))
    gone = parent_watch() if options.end_with_parent else lambda: False
    with Guard(keep=[lock]) as guard:
        return run(Loop(guard=guard, console=console, gone=gone))


def run(loop: Loop) -> int:
    """Start in order, look after, stop in order. The exit code."""
    begun = time.monotonic()
    loop.console.say("Starting…")
    broker = embedded_broker(settings.DATA_DIR) if settings.EMBEDDED_BROKER else None
    env = plan.environment(broker_url=broker.url if broker else "")
    forget_counts(Path(env["PROMETHEUS_MULTIPROC_DIR"]))
    under = [Child("broker", broker.argv, env=env)] if broker else []
    under.append(plan.sandbox(env))
    desk = plan.desk(env)
    try:
        return start_and_watch(loop, under, desk, broker=broker, env=env, begun=begun)
    finally:
        loop.console.say("Stopping: what is under way is finished or kept for the next start.")
        loop.stop(desk, seconds=STOP_SECONDS)
        # Whoever was in a hurry did not mean these: they are stopped in a moment.
        loop.stop(under, seconds=UNDER_SECONDS, asked=loop.stop_asked)
        if broker:
            broker.clean()
        loop.console.say("Stopped.")


def start_and_watch(
    loop: Loop,
    under: list[Child],
    desk: list[Child],
    *,
    broker: EmbeddedBroker | None,
    env: dict[str, str],
    begun: float,
) -> int:
    for child in under:
        loop.keep(child)
    if broker and not loop.wait_for(broker.answers, seconds=BROKER_SECONDS):
        return give_up(loop, "The embedded broker does not answer", log="broker")
    if not loop.stopping and loop.run_once(plan.preparation(env)):
        return give_up(loop, "The data could not be made ready", log="prepare")
    for child in () if loop.stopping else desk:
        loop.keep(child)
    wait_until_good(loop)
    if not loop.stopping:
        url, sandbox = settings.PUBLIC_BASE_URL, settings.SANDBOX_URL
        seconds = time.monotonic() - begun
        told = ready.welcome(
            url=url, sandbox_url=sandbox, data_dir=settings.DATA_DIR, seconds=seconds
        )
        loop.console.say(told)
    while not loop.stopping:
        loop.tick(restart=True)
    return 0


def wait_until_good(loop: Loop) -> None:
    """Returns when all is good or a stop was asked; says now and then what is missing."""
    host = ready.allowed_host(settings.ALLOWED_HOSTS, port=settings.PORT)
    missing = ""

    def good() -> bool:
        nonlocal missing
        answer = ready.ask(settings.BIND_ADDRESS, settings.PORT, "/healthz", host=host)
        missing = answer.waiting_for
        if not answer.good:
            return False
        missing = "the sandbox"
        port = settings.SANDBOX_PORT
        return ready.ask("127.0.0.1", port, "/_control/health", host=f"127.0.0.1:{port}").good

    while not loop.stopping and not loop.wait_for(good, seconds=SAY_EVERY):
        if not loop.stopping:
            loop.console.say(f"Still waiting for {missing}; see {settings.DATA_DIR / 'logs'}")


def give_up(loop: Loop, reason: str, *, log: str) -> int:
    if loop.stopping:
        return 0
    for line in loop.console.last(log):
        loop.console.say(f"    {line}")
    loop.console.say(
        f"Cannot start. {reason}; all of it is in {settings.DATA_DIR / 'logs' / log}.log"
    )
    return 1


def forget_counts(folder: Path) -> None:
    """What processes of the last run counted would be added to what the new ones count."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


if __name__ == "__main__":
    sys.exit(main())
