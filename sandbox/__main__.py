"""`python -m sandbox`: the provider sandbox as a process of its own."""

import asyncio
import logging
import sys

from sandbox.server import serve
from sandbox.settings import read_settings


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    asyncio.run(serve(read_settings(sys.argv[1:])))


if __name__ == "__main__":
    main()
