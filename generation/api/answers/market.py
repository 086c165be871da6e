"""Providers and prices as the API tells them."""

from typing import Literal, TypedDict

from generation.api.answers.plain import moment, money
from generation.money.pricing import Estimate, as_json_number
from providers.overview import ProviderFacts


class ProviderAnswer(TypedDict):
    """One provider. `status` is available, limited, unavailable, not_configured or retired."""

    name: str
    display_name: str
    status: str
    capabilities: list[str]
    pricing: str
    max_duration: int
    recommended_for: list[str]
    reason: str | None
    circuit: str | None
    last_good_at: str | None
    price_date: str
    quality: str
    pace: str
    models: list[str]


class ProvidersAnswer(TypedDict):
    """All providers, in the order runway, sora, kling, pika."""

    status: Literal["success"]
    providers: list[ProviderAnswer]
    recommendation: str


class EstimateAnswer(TypedDict):
    """The list price of a clip. A provider that cannot make it has null in the breakdown."""

    estimated_cost: float
    duration: int
    quality: str
    provider: str
    breakdown_by_provider: dict[str, float | None]
    savings_tip: str
    billed_seconds: int
    mode: str


def provider_answer(facts: ProviderFacts) -> ProviderAnswer:
    return {
        "name": facts.name,
        "display_name": facts.display_name,
        "status": facts.status,
        "capabilities": list(facts.capabilities),
        "pricing": facts.pricing,
        "max_duration": facts.max_duration,
        "recommended_for": list(facts.recommended_for),
        "reason": facts.reason or None,
        "circuit": facts.circuit or None,
        "last_good_at": moment(facts.last_good_at),
        "price_date": facts.price_date.isoformat(),
        "quality": facts.quality,
        "pace": facts.pace,
        "models": list(facts.models),
    }


def estimate_answer(estimate: Estimate, *, mode: str) -> EstimateAnswer:
    return {
        "estimated_cost": as_json_number(estimate.micros),
        "duration": estimate.duration,
        "quality": estimate.quality,
        "provider": estimate.provider,
        "breakdown_by_provider": {
            provider: money(micros) for provider, micros in estimate.breakdown.items()
        },
        "savings_tip": estimate.savings_tip,
        "billed_seconds": estimate.billed_seconds,
        "mode": mode,
    }
