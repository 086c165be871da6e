"""One provider's adapter and transport against the running sandbox, as the engine uses them."""

import hashlib
import io
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from providers.base import Adapter, Steps, run
from providers.catalogue_file import OfferRow, load_catalogue
from providers.errors import ProviderError
from providers.http import Transport
from providers.registry import own_hosts, sandbox_adapter
from providers.types import (
    Accepted,
    ClipRequest,
    GenerationMode,
    Picture,
    Progress,
    TaskRef,
    TaskState,
    Trace,
)
from tests.sandbox_server import SandboxServer

ROOT = Path(__file__).resolve().parents[2]
OFFERS = load_catalogue(ROOT / "providers/catalog/2025-seed.toml").offers
RUNNING = (TaskState.QUEUED, TaskState.PROCESSING)
PATIENCE = 90  # seconds for one clip
SECONDS = 3


def offer_of(provider: str, *, generation_mode: GenerationMode) -> OfferRow:
    """The seed catalogue's offer; StopIteration where the provider lacks the mode."""
    return next(o for o in OFFERS if o.provider == provider and generation_mode in o.terms["modes"])


def picture(width: int = 1280, height: int = 720) -> Picture:
    target = io.BytesIO()
    Image.new("RGB", (width, height), (90, 40, 20)).save(target, "PNG")
    content = target.getvalue()
    return Picture(
        content=content,
        media_type="image/png",
        width=width,
        height=height,
        sha256=hashlib.sha256(content).hexdigest(),
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
    provider: str
    server: SandboxServer
    adapter: Adapter
    transport: Transport

    @classmethod
    def at(cls, provider: str, server: SandboxServer) -> "Desk":
        adapter = sandbox_adapter(provider, sandbox_url=server.base)
        return cls(
            provider=provider,
            server=server,
            adapter=adapter,
            transport=Transport(provider=provider),
        )

    def do(self, steps: Steps[Any]) -> Any:
        return run(steps, self.transport.send)

    def request(
        self, words: str, *, generation_mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO
    ) -> ClipRequest:
        """What the engine would ask of the seed catalogue's offer, in 16:9."""
        offer = offer_of(self.provider, generation_mode=generation_mode)
        animated = generation_mode is GenerationMode.IMAGE_TO_VIDEO
        ratios = (offer.terms["image_ratios"] if animated else {}) or offer.terms["ratios"]
        silent = animated and offer.terms["picture_decides_ratio"]
        return ClipRequest(
            generation_mode=generation_mode,
            model=offer.model,
            prompt=words,
            seconds=SECONDS,
            wire_ratio="" if silent else ratios["16:9"],
            resolution=offer.terms["resolution"],
            seed=7 if "seed" in offer.terms["abilities"] else None,
            first_frame=picture() if animated else None,
        )

    def submit(self, request: ClipRequest, *, client_ref: str) -> TaskRef:
        """Prepare and create. Raises the vendor's refusal."""
        prepared = self.do(self.adapter.prepare(request))
        accepted: Accepted = self.do(self.adapter.submit(prepared, client_ref=client_ref))
        return self.task(accepted.task_id, request)

    def task(self, task_id: str, request: ClipRequest) -> TaskRef:
        return TaskRef(
            task_id=task_id, model=request.model, generation_mode=request.generation_mode
        )

    def look(self, task: TaskRef) -> Progress:
        progress: Progress = self.do(self.adapter.poll(task))
        return progress

    def watch(self, task: TaskRef) -> list[Progress]:
        """Every look until the task has ended; looks that fail prove nothing and are passed."""
        seen: list[Progress] = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                seen.append(self.look(task))
            except ProviderError as failure:
                assert failure.failure_class == "unavailable", failure
                continue
            if seen[-1].state not in RUNNING:
                return seen
            time.sleep(0.05)
        raise AssertionError(f"{task} has not ended: {seen[-1:]}")

    def fetch(self, progress: Progress, target: Path) -> Path:
        call = self.adapter.download(progress.output_url)
        self.transport.download(call, target, allow_hosts=own_hosts(self.server.base))
        return target

    def trace(self, request: ClipRequest, *, client_ref: str, known: frozenset[str]) -> Trace:
        return Trace(client_ref=client_ref, request=request, since=datetime.now(UTC), known=known)

    def billed(self) -> list[int]:
        """Micro-dollars of every invoice line of this provider."""
        lines = self.server.invoice()
        return [line["amount_micros"] for line in lines if line["provider"] == self.provider]

    def price(self, request: ClipRequest) -> int:
        offer = offer_of(self.provider, generation_mode=request.generation_mode)
        return offer.micros_per_second * request.seconds
