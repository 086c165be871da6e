"""A catalogue file, read and checked whole before a line of it reaches the database."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from providers.catalogue_row import SIZE, CatalogueError, Row
from providers.types import GenerationMode, Tier

PROVIDERS = ("runway", "sora", "kling", "pika")
LIFECYCLES = ("active", "limited", "deprecated", "retired")
CONFIDENCES = ("brief", "confirmed", "documented", "reported", "uncertain")
CANCELS = ("immediate", "requested", "none")
ABILITIES = (
    "seed",
    "negative_prompt",
    "first_last_frame",
    "camera_control",
    "motion_paths",
    "native_audio",
    "cancel",
)


@dataclass(frozen=True, kw_only=True)
class OfferRow:
    """One checked `[[offer]]`. `terms` is what `providers.terms.terms_from` reads."""

    provider: str
    model: str
    transport: str
    display_name: str
    lifecycle: str
    source: str
    confidence: str
    micros_per_second: int
    currency: str
    valid_from: date
    terms: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class TierRow:
    tier: Tier
    order: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class CatalogueFile:
    name: str
    offers: tuple[OfferRow, ...]
    tiers: tuple[TierRow, ...]


def load_catalogue(path: Path) -> CatalogueFile:
    """Read and check one file. Raises CatalogueError naming file, row and field."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    top = Row(document, where=path.name)
    name = top.text("name", longest=40)
    listed = document.pop("offer", [])
    tables = top.table("tiers")
    if not isinstance(listed, list) or not listed:
        raise top.wrong("offer", "at least one [[offer]] is needed.")
    offers = tuple(
        _offer(table, position=position, file=path.name) for position, table in enumerate(listed)
    )
    _once_each(offers, file=path.name)
    tiers = tuple(_tier(tables, tier=tier, offers=offers, file=path.name) for tier in Tier)
    return CatalogueFile(name=name, offers=offers, tiers=tiers)


def _offer(table: Mapping[str, Any], *, position: int, file: str) -> OfferRow:
    label = f"{table.get('provider', '?')} {table.get('model', '?')}"
    row = Row(table, where=f"{file}, offer {position + 1} ({label})")
    terms = _terms(row, position=position)
    offer = OfferRow(
        provider=row.choice("provider", PROVIDERS),
        model=row.text("model", longest=80),
        transport=row.text("transport", longest=20),
        display_name=row.text("display_name", longest=80),
        lifecycle=row.choice("lifecycle", LIFECYCLES),
        source=row.text("source", longest=200),
        confidence=row.choice("confidence", CONFIDENCES),
        micros_per_second=row.price("price_per_second"),
        currency=row.text("currency", longest=3, default="USD"),
        valid_from=row.day("valid_from"),
        terms=terms,
    )
    row.done()
    return offer


def _terms(row: Row, *, position: int) -> dict[str, Any]:
    """The JSON that is kept in `Offer.terms`, in the words of `OfferTerms`."""
    speed = row.within("speed")
    terms: dict[str, Any] = {
        "short_name": row.text("short_name", longest=40),
        "modes": row.words("modes", allowed=tuple(GenerationMode)),
        "lengths": row.lengths(),
        "ratios": row.ratios("ratios"),
        "image_ratios": row.ratios("image_ratios") if row.has("image_ratios") else {},
        "picture_decides_ratio": row.flag("picture_decides_ratio", default=False),
        "sizes": row.ratios("sizes", value=SIZE),
        "resolution": row.text("resolution", longest=10),
        "quality": row.text("quality", longest=40),
        "pace": row.text("pace", longest=40),
        "best_for": row.words("best_for"),
        "abilities": row.words("abilities", allowed=ABILITIES),
        "cancel": row.choice("cancel", CANCELS),
        "refund": row.text("refund", longest=200),
        "billed_on_moderation": row.flag("billed_on_moderation"),
        "deadline_seconds": row.whole("deadline"),
        "typical_seconds": speed.whole("typical"),
        "slow_seconds": speed.whole("slow"),
        "rehearsal_seconds": speed.whole("rehearsal"),
        "needs_key": row.text("needs_key", longest=20, default=""),
        "retired_on": row.day("retired_on").isoformat() if row.has("retired_on") else None,
        "options": row.table("options", default={}),
        "slots": row.whole("slots", most=10_000) if row.has("slots") else None,
        "position": position,
    }
    speed.done()
    if not terms["modes"]:
        raise row.wrong("modes", "must not be empty.")
    for ratio in (*terms["ratios"], *terms["image_ratios"]):
        if ratio not in terms["sizes"]:
            raise row.wrong("sizes", f"lacks {ratio}.")
    return terms


def _once_each(offers: tuple[OfferRow, ...], *, file: str) -> None:
    seen: set[tuple[str, str, str]] = set()
    for offer in offers:
        key = (offer.provider, offer.model, offer.transport)
        if key in seen:
            raise CatalogueError(f"{file}: {' '.join(key)} is listed twice.")
        seen.add(key)


def _tier(
    tables: Mapping[str, Any], *, tier: Tier, offers: tuple[OfferRow, ...], file: str
) -> TierRow:
    row = Row(tables.get(tier, {}), where=f"{file}, tiers.{tier}")
    order = row.words("order")
    known = {offer.provider for offer in offers}
    known |= {f"{offer.provider}/{offer.model}" for offer in offers}
    for entry in order:
        if entry not in known:
            raise row.wrong("order", f"{entry!r} is no offer of this file.")
    if not order:
        raise row.wrong("order", "must not be empty.")
    note = row.text("note", longest=200, default="")
    row.done()
    return TierRow(tier=tier, order=tuple(order), note=note)
