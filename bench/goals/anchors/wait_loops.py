"""The vendors' own clients wait for their tasks, as shipped: run by the peers' own Python.

`wait_loops.py STUB LOOP COUNT`, where LOOP is openai-threads, runway-threads, runway-async or
fal-threads. All COUNT tasks are under way at once in this process. Prints one JSON object: when
each wait was over, by task id, CPU seconds, and the megabytes that the tasks added.
"""

import asyncio
import json
import os
import resource
import sys
import threading
import time
import warnings
from pathlib import Path

STUB, LOOP, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
STACK = 512 * 1024
done: dict[str, float] = {}


def openai_threads():
    import openai

    client = openai.OpenAI(api_key="stub", base_url=f"{STUB}/v1", timeout=120)
    return lambda: client.videos.create_and_poll(model="sora-2", prompt="x", seconds="4").id


def runway_threads():
    import runwayml

    client = runwayml.RunwayML(api_key="key_" + "0" * 128, base_url=STUB, timeout=120)
    return lambda: _runway_task(client).wait_for_task_output(timeout=None).id


def runway_async():
    import runwayml

    client = runwayml.AsyncRunwayML(api_key="key_" + "0" * 128, base_url=STUB, timeout=120)

    async def one():
        task = await _runway_task(client)
        return (await task.wait_for_task_output(timeout=None)).id

    return one


def fal_threads():
    host = STUB.partition("//")[2]
    os.environ.update(FAL_KEY="stub", FAL_QUEUE_RUN_HOST=host, FAL_RUN_HOST=host)
    import fal_client
    from fal_client import client as inside

    # The client builds addresses with TLS, which a loopback has none of.
    inside.RUN_URL_FORMAT = inside.QUEUE_URL_FORMAT = f"{STUB}/"
    client = fal_client.SyncClient(key="stub")

    def one():
        told = {}
        client.subscribe("pika/v2", {"prompt": "x"}, on_enqueue=lambda id_: told.update(id=id_))
        return told["id"]

    return one


def _runway_task(client):
    return client.text_to_video.create(
        model="gen4.5", prompt_text="x", ratio="1280:720", duration=5
    )


def keep(task_id):
    done[task_id] = time.time()


def in_threads(one):
    threading.stack_size(STACK)
    threads = [threading.Thread(target=lambda: keep(one()), daemon=True) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def at_once(one):
    async def work():
        keep(await one())

    await asyncio.gather(*(work() for _ in range(COUNT)))


def megabytes():
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main():
    warnings.filterwarnings("ignore")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16384, most), most))
    one = globals()[LOOP.replace("-", "_")]()
    before, cpu = megabytes(), time.process_time()
    asyncio.run(at_once(one)) if LOOP.endswith("async") else in_threads(one)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"done": done, "cpu_s": time.process_time() - cpu, "added_mb": max(0.0, peak - before)}
    print(json.dumps(told))


main()
