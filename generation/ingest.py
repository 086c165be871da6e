"""Bringing a vendor's file home: downloaded whole, checked, conformed, stored, then completed.

A failed download tries again by itself and never makes a new generation. Only a file that is
unusable as such, twice, counts as the vendor's failure.
"""

import logging
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from footage.check import check_clip
from footage.conform import conform, needs_conform
from footage.digest import file_sha256
from footage.errors import BadClip, FootageError
from footage.probe import ClipFacts
from footage.thumbnail import thumbnail
from generation import clock, endings, shelves, waypoints
from generation.choices import AssetState, Attention
from generation.events import note, note_on
from generation.fallback import carry_on
from generation.heartbeat import is_dead, me
from generation.models import Asset, Attempt, Job
from generation.one_trip import OneTrip
from generation.submitting import backoff
from generation.vendors import adapter_of, asked, asking, send_for, task_of
from providers.base import run
from providers.errors import OutputBad, ProviderError
from providers.transports import download_hosts, transport_for

log = logging.getLogger(__name__)

CLAIM_SECONDS = 120.0
MOST_TRIES = 12
MOST_BAD_FILES = 2
# A file that is cut short is the connection's fault; any other fault is in the file itself.
CUT_SHORT = {"not_mp4", "truncated"}


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A clip ready to be stored."""

    clip: Path
    picture: Path
    facts: ClipFacts
    sha256: str


def fetch(asset_id: int) -> bool:
    """Fetch one pending asset if it is due. True when it is stored now."""
    asset = _claim(asset_id)
    if asset is None or asset.attempt is None or asset.job is None:
        return False
    workspace = settings.DATA_DIR / "tmp"
    workspace.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="fetch-", dir=workspace))
    try:
        finished = _finished(asset, asset.attempt, asset.job, folder)
        return _store(asset, asset.job, finished)
    except ProviderError as failure:
        _try_again(asset, failure)
    except (BadClip, FootageError) as bad:
        _bad_file(asset, bad)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return False


def _claim(asset_id: int) -> Asset | None:
    moment = clock.now()
    won = Asset.objects.filter(
        pk=asset_id, state=AssetState.PENDING, next_check_at__lte=moment
    ).update(next_check_at=moment + timedelta(seconds=CLAIM_SECONDS), lease_owner=me())
    waypoints.passed("fetch_claimed")
    if not won:
        return None
    asset = Asset.objects.select_related("attempt", "job").get(pk=asset_id)
    if asset.attempt is not None and asset.job is not None:
        asset.attempt.job = asset.job
    return asset


def free_dead_claims() -> int:
    """Let others fetch what a worker that has died was fetching. Returns how many came free."""
    claimed = Asset.objects.filter(state=AssetState.PENDING, next_check_at__gt=clock.now())
    freed = 0
    for pk, owner in claimed.exclude(lease_owner="").values_list("pk", "lease_owner"):
        if is_dead(owner):
            freed += Asset.objects.filter(pk=pk, lease_owner=owner).update(
                next_check_at=clock.now(), lease_owner=""
            )
            waypoints.passed("fetch_freed")
    return freed


def _finished(asset: Asset, attempt: Attempt, job: Job, folder: Path) -> Finished:
    source = folder / "output.mp4"
    with waypoints.after("downloaded"):
        downloaded = transport_for(attempt.provider, attempt.mode).download(
            replace(
                adapter_of(attempt).download(asset.output_url), asking=asking(attempt, "fetch")
            ),
            source,
            allow_hosts=download_hosts(attempt.provider, attempt.mode),
        )
    facts = check_clip(source, seconds=float(job.seconds))
    clip = source
    if needs_conform(facts, job.seconds, job.ratio):
        clip = folder / "clip.mp4"
        facts = conform(source, clip, seconds=job.seconds, ratio=job.ratio)
    picture = folder / "thumbnail.jpg"
    thumbnail(clip, picture)
    # What was downloaded was hashed on its way; only what was made of it has not been read yet.
    sha256 = downloaded.sha256 if clip is source else file_sha256(clip)
    return Finished(clip=clip, picture=picture, facts=facts, sha256=sha256)


def _store(asset: Asset, job: Job, finished: Finished) -> bool:
    """Put the files on the shelf, then complete the job; the key is the content's own hash.

    `job` may have ended meanwhile: what is told of it here never changes.
    """
    clip_key = shelves.put(asset.workspace_id, finished.clip, sha256=finished.sha256, suffix=".mp4")
    thumb_key = shelves.put(
        asset.workspace_id,
        finished.picture,
        sha256=file_sha256(finished.picture),
        suffix=".jpg",
    )
    with waypoints.commit("stored"):
        won = Asset.objects.filter(pk=asset.pk, state=AssetState.PENDING).update(
            state=AssetState.STORED,
            storage_key=clip_key,
            thumbnail_key=thumb_key,
            media_type="video/mp4",
            bytes=finished.clip.stat().st_size,
            sha256=finished.sha256,
            width=finished.facts.width,
            height=finished.facts.height,
            seconds=finished.facts.seconds,
            next_check_at=None,
            stored_at=clock.now(),
            reason="",
        )
        if not won:
            return False
        trip = OneTrip()
        note_on(trip, job, "asset.stored", attempt=asset.attempt, asset=asset.uid)
        if not asset.unclaimed:
            endings.complete(job, trip)
        trip.send()
    return True


def _try_again(asset: Asset, failure: ProviderError) -> None:
    """Wait a little; where the address has expired, ask the vendor for a fresh one."""
    tries = asset.tries + 1
    gone = tries >= MOST_TRIES or (
        asset.fetch_deadline is not None and asset.fetch_deadline < clock.now()
    )
    if gone:
        _give_up(asset, OutputBad(f"it could not be fetched: {failure.reason}"), again=False)
        return
    url = _fresh_address(asset) if failure.code in {"expired", "not_a_video"} else ""
    Asset.objects.filter(pk=asset.pk, state=AssetState.PENDING).update(
        tries=tries,
        lease_owner="",
        reason=failure.reason,
        output_url=url or asset.output_url,
        next_check_at=clock.after(0.2 if url else backoff(min(tries, 6), failure.retry_after)),
    )
    waypoints.passed("fetch_put_off")
    log.info("fetch_failed asset=%s reason=%s", asset.uid, failure.reason, extra=_named(asset))


def _fresh_address(asset: Asset) -> str:
    attempt = asset.attempt
    assert attempt is not None  # noqa: S101  (a check constraint says so)
    try:
        with waypoints.after("address_asked"):
            look = asked(attempt, "poll", adapter_of(attempt).poll(task_of(attempt)))
            return run(look, send_for(attempt)).output_url
    except ProviderError as failure:
        said = (asset.uid, failure.reason)
        log.info("fresh_address_failed asset=%s reason=%s", *said, extra=_named(asset))
        return ""


def _bad_file(asset: Asset, bad: BadClip | FootageError) -> None:
    """Download once more; a file that stays bad is the vendor's failure."""
    kind = bad.kind if isinstance(bad, BadClip) else "unreadable"
    most = MOST_TRIES if kind in CUT_SHORT else MOST_BAD_FILES
    tries = asset.tries + 1
    if tries < min(most, 4):
        Asset.objects.filter(pk=asset.pk, state=AssetState.PENDING).update(
            tries=tries,
            lease_owner="",
            reason=str(bad),
            output_url=_fresh_address(asset) or asset.output_url,
            next_check_at=clock.after(0.5 * tries),
        )
        waypoints.passed("bad_file_put_off")
        return
    _give_up(asset, OutputBad(str(bad), code=kind, billed=True), again=True)


def _give_up(asset: Asset, failure: OutputBad, *, again: bool) -> None:
    """pending → unavailable: paid, not delivered; one new attempt where the file was bad."""
    with waypoints.commit("given_up"):
        won = Asset.objects.filter(pk=asset.pk, state=AssetState.PENDING).update(
            state=AssetState.UNAVAILABLE, next_check_at=None, reason=failure.reason
        )
        if not won:
            return
        job = _job_of(asset)
        note(job, "asset.unavailable", failure.reason, attempt=asset.attempt)
        if asset.unclaimed or asset.attempt is None:
            return
        if again:
            carry_on(job, asset.attempt, failure)
            return
        endings.fail(
            job,
            failure_class=failure.failure_class,
            reason="The provider made and charged this clip, but its file is gone.",
            attention=Attention.PAID_NOT_DELIVERED,
        )


def _named(asset: Asset) -> dict[str, str]:
    """The job's id for the log."""
    return {"job": asset.job.uid} if asset.job else {}


def _job_of(asset: Asset) -> Job:
    """The job as it stands now, not as it stood when the fetch began."""
    return Job.objects.select_related("workspace").get(assets=asset)
