"""The anchor for driving: one Celery task a job, saving by the ORM and asking by `requests`.

On the tables of `plain`. `celery -A bench.goals.anchors.naive worker` is the worker; called with a
number it makes so many jobs and sends their tasks.
"""

import os
import sys
import time

import requests
from celery import Celery

from bench.goals.anchors.plain import PRICE, Job, Line

VENDOR = os.environ["NAIVE_VENDOR"]
app = Celery("naive", broker=os.environ["NAIVE_BROKER"])
app.conf.update(task_ignore_result=True)
session = requests.Session()


@app.task(name="naive.drive")
def drive(job_id: str) -> None:
    job = Job.objects.get(pk=job_id)
    asked = {"model": "sora-2", "prompt": job.prompt, "seconds": "4"}
    job.task_id = session.post(f"{VENDOR}/videos", json=asked, timeout=30).json()["id"]
    job.status = "processing"
    job.save()
    address = f"{VENDOR}/videos/{job.task_id}"
    while session.get(address, timeout=30).json()["status"] not in ("completed", "failed"):
        time.sleep(1)
    assert session.get(f"{address}/content", timeout=30).content
    job.status = "completed"
    job.save()
    Line.objects.create(budget_id=job.budget_id, job=job, kind="settle", micros=job.cost_micros)


def main() -> None:
    rows = [
        Job(budget_id=1, prompt=f"Driven {n}", seconds=4, cost_micros=PRICE)
        for n in range(int(sys.argv[1]))
    ]
    Job.objects.bulk_create(rows)
    Line.objects.bulk_create(
        [Line(budget_id=1, job=job, kind="hold", micros=PRICE) for job in rows]
    )
    for job in rows:
        app.send_task("naive.drive", args=[str(job.pk)])


if __name__ == "__main__":
    main()
