"""`make bench`: every measurement, or those that are named; one JSON line a row.

python -m bench.run [product] [polling] [batch] [reports] [--in-flight 1000] [--jobs 20000]
"""

import argparse
import os
import tempfile
from pathlib import Path

from bench import bench_batch_accept, polling, product, reports
from bench.rows import machine

NAMES = ("product", "polling", "batch", "reports")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all if none")
    parser.add_argument("--in-flight", type=int, default=1000, help="tasks for polling")
    jobs = int(os.environ.get("BENCH_JOBS", "20000"))
    parser.add_argument("--jobs", type=int, default=jobs, help="jobs in the books for reports")
    given = parser.parse_args()
    if strange := set(given.names) - set(NAMES):
        parser.error(f"there is no measurement {', '.join(sorted(strange))}")
    wanted = given.names or NAMES
    machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if "product" in wanted:
            product.measure(Path(folder) / "product")
        if "polling" in wanted:
            polling.measure(Path(folder) / "polling", count=given.in_flight)
    if "batch" in wanted:
        bench_batch_accept.measure()
    if "reports" in wanted:
        reports.measure(jobs=given.jobs)


if __name__ == "__main__":
    main()
