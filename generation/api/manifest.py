"""The list of a batch's clips as a CSV: file, provider, cost, and how the others ended."""

import csv
import io
from collections.abc import Mapping, Sequence

from generation.api.answers.jobs import cost_of, telling_leg
from generation.csv_cells import safe
from generation.models import Job
from providers.micros import decimal_from_micros

COLUMNS = (
    *("number", "file", "status", "provider", "model", "quality", "aspect_ratio", "duration"),
    *("billed_seconds", "cost_usd", "estimated_usd", "prompt", "error", "job_id"),
)


def manifest_csv(jobs: Sequence[Job], *, files: Mapping[int, str]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets take it for what it is; one row a clip.

    `jobs` come from `with_story`; `files` has the name of each finished clip by its job's key.
    A cost that is not final yet is empty.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for job in jobs:
        writer.writerow([safe(value) for value in _row(job, file=files.get(job.pk, ""))])
    return out.getvalue().encode("utf-8-sig")


def _row(job: Job, *, file: str) -> list[object]:
    leg = telling_leg(job)
    final = cost_of(job, list(job.attempts.all())) is not None
    return [
        (job.item_index or 0) + 1,
        file,
        job.state,
        leg["provider"],
        leg["model"],
        job.tier,
        job.ratio,
        job.seconds,
        leg["billed_seconds"],
        f"{decimal_from_micros(job.cost_micros):f}" if final else "",
        f"{decimal_from_micros(job.estimated_micros):f}",
        job.prompt,
        job.error,
        job.uid,
    ]
