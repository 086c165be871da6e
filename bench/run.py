"""`make bench`: every measurement, or those that are named; one JSON line a row.

python -m bench.run [product] [polling] [batch] [reports] [pages] [--jobs 20000]
"""

import argparse
import os
import tempfile
from pathlib import Path

from bench import bench_batch_accept, pages, polling, product, reports
from bench.rows import machine

NAMES = ("product", "polling", "batch", "reports", "pages")
USUAL = NAMES[:-1]  # pages take half an hour


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all but pages if none"
    )
    parser.add_argument("--in-flight", type=int, default=1000, help="tasks for polling")
    jobs = int(os.environ.get("BENCH_JOBS", "20000"))
    parser.add_argument("--jobs", type=int, default=jobs, help="jobs in the books for reports")
    parser.add_argument("--page-jobs", type=int, default=100_000, help="jobs behind the pages")
    parser.add_argument(
        "--page-databases", nargs="*", choices=pages.DATABASES, default=pages.DATABASES
    )
    given = parser.parse_args()
    if strange := set(given.names) - set(NAMES):
        parser.error(f"there is no measurement {', '.join(sorted(strange))}")
    wanted = given.names or USUAL
    machine()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if "product" in wanted:
            product.measure(Path(folder) / "product")
        if "polling" in wanted:
            polling.measure(Path(folder) / "polling", count=given.in_flight)
        if "pages" in wanted:
            pages.measure(
                Path(folder) / "pages", jobs=given.page_jobs, databases=given.page_databases
            )
    if "batch" in wanted:
        bench_batch_accept.measure()
    if "reports" in wanted:
        reports.measure(jobs=given.jobs)


if __name__ == "__main__":
    main()
