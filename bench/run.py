"""`make bench`: every measurement, or those that are named; one JSON line a row.

python -m bench.run [product] [polling] [--in-flight 1000]
"""

import argparse
import tempfile
from pathlib import Path

from bench import polling, product
from bench.rows import machine

NAMES = ("product", "polling")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="product, polling; all if none")
    parser.add_argument("--in-flight", type=int, default=1000, help="tasks for polling")
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


if __name__ == "__main__":
    main()
