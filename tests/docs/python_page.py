"""Runs the Python blocks of one page, as `python -m asyncio` would; they come as JSON on stdin."""

import ast
import asyncio
import inspect
import json
import sys


async def main() -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for name, text in json.load(sys.stdin):
        print(f"# {name}", flush=True)
        code = compile(text, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        outcome = eval(code, names)  # noqa: S307 - our own pages
        if inspect.isawaitable(outcome):
            await outcome


if __name__ == "__main__":
    asyncio.run(main())
