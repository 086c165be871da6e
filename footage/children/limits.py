"""Put limits on this process, then become another program.

Run as a script, `python -I -S limits.py NICE MEMORY_BYTES CPU_SECONDS PROGRAM ARGS…`, where 0
means no limit. A wrapper rather than `preexec_fn`: our callers have threads, and code between
fork and exec in a process with threads can deadlock.
"""

import os
import resource
import sys

NOT_STARTED = 127  # as a shell says it


def _limit(kind: int, value: int) -> None:
    if value <= 0:
        return
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        # macOS refuses RLIMIT_AS, and a parent may already have set a lower hard limit.
        return


def main(argv: list[str]) -> None:
    nice, memory_bytes, cpu_seconds = (int(word) for word in argv[:3])
    os.nice(nice)
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        os.execv(argv[3], argv[3:])  # noqa: S606
    except OSError:
        sys.exit(NOT_STARTED)


if __name__ == "__main__":
    main(sys.argv[1:])
