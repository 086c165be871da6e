"""Footage for a campaign by one call each: B-roll, product shots, variants, transitions.

async with AICampaignIntegration() as integration:
    clips = await integration.generate_b_roll(["A red kite over a beach"], quality="draft")
"""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from pro import footage
from pro.clips import QualityTier
from pro.connected import Connected
from pro.footage import CampaignAssets
from pro.results import VideoGenerationResult

__all__ = ["AICampaignIntegration", "CampaignAssets", "auto_generate_missing_b_roll"]

WAIT_SECONDS = 3600.0


class AICampaignIntegration(Connected):
    """A client of the desk's campaigns, with the settings of AIVideoGenerator.

    Every method makes all of its clips or none, under one hold, as shots of a campaign: the one
    that `campaign` names by id or name, else one that is found or opened. It waits `timeout`
    seconds at most (None: to the end) and gives one result for each clip in the order asked; a
    clip that failed or has not ended by then says so in its `error` and loses no other.
    `metadata` has the prompt, the role, and the ids of campaign, shot and take. Raises
    AIVideoError where nothing was made. After `close` the next call opens new connections.
    """

    async def generate_b_roll(
        self,
        prompts: Sequence[str],
        quality: QualityTier | str = QualityTier.DRAFT,
        aspect_ratio: str = "16:9",
        *,
        duration: int = 5,
        campaign: str | None = None,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> list[VideoGenerationResult]:
        """One clip a prompt."""
        body = {
            # A text is passed on as it is, and refused: its letters are no prompts.
            "prompts": prompts if isinstance(prompts, str) else list(prompts),
            "quality": quality,
            "aspect_ratio": aspect_ratio,
            "duration": duration,
            "campaign": campaign,
        }
        return await self._results("b-roll", body, timeout=timeout, key=idempotency_key)

    async def animate_product_image(
        self,
        image_path: str | PathLike[str],
        motion: str | None = None,
        quality: QualityTier | str = QualityTier.HIGH,
        aspect_ratio: str = "16:9",
        *,
        duration: int = 5,
        campaign: str | None = None,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> VideoGenerationResult:
        """A clip in which a photo moves as `motion` says; a local file is uploaded."""
        body = {
            "image_path": await self._pictures.place(image_path),
            "motion": motion,
            "quality": quality,
            "aspect_ratio": aspect_ratio,
            "duration": duration,
            "campaign": campaign,
        }
        found = await self._results("product-animation", body, timeout=timeout, key=idempotency_key)
        return found[0]

    async def generate_campaign_assets(
        self,
        campaign_brief: Mapping[str, Any],
        *,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> CampaignAssets:
        """Scenes, product shots and transitions of a brief.

        Its keys: `product_name`, `b_roll_scenes`, `product_images` (local files are uploaded),
        `aspect_ratio`, `quality`, `transition_count`; also `campaign`, `duration`, `style`,
        `negative_prompt`, `product_quality` and `transition_style`. Scenes are made in
        `quality`, product shots in high or better, transitions as drafts of 3 s.
        """
        body = dict(campaign_brief)
        images = body.get("product_images") or ()
        if not isinstance(images, str):
            body["product_images"] = [await self._pictures.place(image) for image in images]
        made = await self._made("assets", body, timeout=timeout, key=idempotency_key)
        return footage.assets_of(made)

    async def create_video_variants(
        self,
        prompt: str,
        variant_count: int = 5,
        quality: QualityTier | str = QualityTier.DRAFT,
        aspect_ratio: str = "16:9",
        *,
        duration: int = 5,
        campaign: str | None = None,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> list[VideoGenerationResult]:
        """The same idea with another camera or light each, which `metadata["factors"]` names;
        `metadata["prompt"]` is what to make again in a better tier."""
        body = {
            "prompt": prompt,
            "variant_count": variant_count,
            "quality": quality,
            "aspect_ratio": aspect_ratio,
            "duration": duration,
            "campaign": campaign,
        }
        return await self._results("variants", body, timeout=timeout, key=idempotency_key)

    async def generate_scene_transitions(
        self,
        count: int = 3,
        style: str = "smooth",
        duration: int = 3,
        *,
        quality: QualityTier | str = QualityTier.DRAFT,
        aspect_ratio: str = "16:9",
        campaign: str | None = None,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> list[VideoGenerationResult]:
        """Short clips that join scenes; `style` is smooth, light, blur or ink."""
        body = {
            "count": count,
            "style": style,
            "duration": duration,
            "quality": quality,
            "aspect_ratio": aspect_ratio,
            "campaign": campaign,
        }
        return await self._results("transitions", body, timeout=timeout, key=idempotency_key)

    async def generate_missing_b_roll(
        self,
        campaign_data: Mapping[str, Any],
        required_b_roll_count: int,
        *,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> list[VideoGenerationResult]:
        """See `auto_generate_missing_b_roll`."""
        body = footage.missing_body(campaign_data, required=required_b_roll_count)
        return await self._results("missing-b-roll", body, timeout=timeout, key=idempotency_key)

    async def _results(
        self, door: str, body: Mapping[str, Any], *, timeout: float | None, key: str | None
    ) -> list[VideoGenerationResult]:
        made = await self._made(door, body, timeout=timeout, key=key)
        return list(made.results)

    async def _made(
        self, door: str, body: Mapping[str, Any], *, timeout: float | None, key: str | None
    ) -> footage.Footage:
        return await footage.make(self._link, door, body, timeout=timeout, key=key)


async def auto_generate_missing_b_roll(
    campaign_data: Mapping[str, Any],
    required_b_roll_count: int,
    *,
    timeout: float | None = WAIT_SECONDS,
) -> list[VideoGenerationResult]:
    """Clips of invented scenes until there are `required_b_roll_count`; none if there are enough.

    `campaign_data` has `product_name`, `target_audience` and `key_benefits`, and as wanted
    `b_roll` or `existing_b_roll` (what there is already: prompts, addresses or results),
    `campaign`, `quality` (draft without it), `aspect_ratio`, `duration`, `style`. A campaign that
    is named counts with the B-roll of its storyboard. Raises AIVideoError.
    """
    async with AICampaignIntegration() as integration:
        return await integration.generate_missing_b_roll(
            campaign_data, required_b_roll_count, timeout=timeout
        )
