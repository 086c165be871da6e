"""`make chaos`: the whole product under kills, pauses and faults; nothing lost, nothing double.

CHAOS_SEED replays the order of faults, kills and pauses (what the machine does between them is
its own affair); CHAOS_JOBS, CHAOS_KILLS, CHAOS_RESTARTS and CHAOS_SECONDS change how much of it.
The exit code is 1 when anything is lost, double, or off by a micro-dollar.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

import django

from tests.chaos.product import new_seed, prepare, surroundings


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    seed = int(os.environ.get("CHAOS_SEED") or new_seed())
    print(f"Chaos. To replay it: CHAOS_SEED={seed} make chaos", flush=True)
    kept = os.environ.get("CHAOS_DATA", "")
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        data = Path(kept or temporary)
        data.mkdir(parents=True, exist_ok=True)
        with surroundings(data, seed=seed) as around:
            prepare()
            django.setup()
            # Models and settings are there only from here on.
            from tests.chaos.run import run

            return run(around, seed=seed)


if __name__ == "__main__":
    sys.exit(main())
