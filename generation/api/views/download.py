"""All finished clips of a batch in one file."""

import json
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from generation.api import archive
from generation.api.answers.batches import batch_detail
from generation.api.answers.jobs import clip_of
from generation.api.door import Door
from generation.api.lookup import batch_by, told_jobs_of
from generation.api.manifest import manifest_csv
from generation.api.schema import errors
from generation.asks import Refused
from generation.batch_progress import progress_of
from generation.models import Asset, Batch, Job


class BatchDownload(Door):
    permissions_needed = {"GET": "media:read"}

    @extend_schema(
        operation_id="batch_download",
        summary="Download a batch",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, **errors(400, 404)},
    )
    def get(self, request: Request, batch_id: str) -> StreamingHttpResponse:
        """A ZIP of the clips that are finished, numbered in the order of the prompts.

        `manifest.csv` and `manifest.json` in it say which prompt each is, who made it, what it
        cost, and how the others ended.
        """
        batch = batch_by(self.access, batch_id)
        jobs = told_jobs_of(self.access, batch)
        clips = _clips(jobs)
        if not clips:
            raise Refused(
                "No clip of this batch is finished yet.", field="batch_id", code="nothing_finished"
            )
        files = {pk: member.name for pk, member in clips.items()}
        detail = batch_detail(batch, jobs, progress_of([batch])[batch.pk], access=self.access)
        lists = {
            "manifest.csv": manifest_csv(jobs, files=files),
            "manifest.json": _without_links(detail),
        }
        written = [_text(batch, name, content) for name, content in lists.items()]
        return _zipped(batch, [*clips.values(), *written])


def _zipped(batch: Batch, members: list[archive.Member]) -> StreamingHttpResponse:
    pieces: Iterator[bytes] = archive.written(members)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Length"] = str(archive.length(members))
    response["Content-Disposition"] = f'attachment; filename="{batch.uid}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _clips(jobs: list[Job]) -> dict[int, archive.Member]:
    found = {job.pk: (job, clip_of(job)) for job in jobs}
    return {pk: _clip(job, clip) for pk, (job, clip) in found.items() if clip is not None}


def _clip(job: Job, clip: Asset) -> archive.Member:
    words = slugify(job.prompt)[:48].strip("-") or "clip"
    return archive.Member(
        name=f"{(job.item_index or 0) + 1:04d}-{words}-{job.uid[-6:]}.mp4",
        size=default_storage.size(clip.storage_key),
        modified=clip.stored_at or clip.created_at,
        open=partial(default_storage.open, clip.storage_key, "rb"),
    )


def _without_links(detail: Any) -> bytes:
    """The links would have expired by the time that somebody reads it."""
    for job in detail["jobs"]:
        del job["video_url"], job["thumbnail_url"]
    return json.dumps(detail, ensure_ascii=False, indent=2).encode()


def _text(batch: Batch, name: str, content: bytes) -> archive.Member:
    return archive.Member(
        name=name, size=len(content), modified=batch.created_at, open=lambda: BytesIO(content)
    )
