"""What the desk knows about a prompt: the offers that would get it, and its client's words."""

from dataclasses import dataclass, field

from django.conf import settings

from accounts.access import Access
from campaigns.models import BrandKit
from campaigns.prompts.language_model import ChatModel, LanguageModel
from campaigns.prompts.limits import OfferLimits, limits_of
from campaigns.prompts.optimise import Brand, Proposal
from campaigns.prompts.proposing import propose
from campaigns.prompts.review import Review, review
from generation import centres
from generation.asks import CONTROLS, LONGEST_PROMPT, JobAsk, Refused, check_terms, route_for
from generation.requests import worded
from generation.wording import provider_name
from providers.types import GenerationMode, Tier


@dataclass(frozen=True, kw_only=True)
class PromptAsk:
    """The terms that prompts are meant for. `client` is a client's public id, or empty."""

    generation_mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO
    seconds: int = 5
    tier: Tier = Tier.STANDARD
    provider: str = ""
    style: str = ""
    negative_prompt: str = ""
    client: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientWords:
    """What of a client's brand kit binds its prompts."""

    locked: tuple[str, ...] = ()
    brand: Brand = field(default_factory=Brand)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything that a review goes by. `offers` begins with the one that is tried first; it is
    empty where no offer can make the clip."""

    ask: PromptAsk
    offers: tuple[OfferLimits, ...]
    words: ClientWords

    def review(self, prompt: str) -> Review:
        return review(
            prompt,
            seconds=self.ask.seconds,
            generation_mode=self.ask.generation_mode,
            offer_limits=self.offers,
            locked=self.words.locked,
            avoid=self.words.brand.avoid,
        )

    def propose(self, prompt: str) -> Proposal:
        """By the rules, and by a language model where one is set up. May take seconds."""
        return propose(
            prompt,
            offer_limits=self.offers or (limits_of("", name="The desk"),),
            seconds=self.ask.seconds,
            generation_mode=self.ask.generation_mode,
            negative_prompt=self.ask.negative_prompt,
            style=self.ask.style,
            locked=self.words.locked,
            brand=self.words.brand,
            model=configured_model(),
        )


def known(access: Access, ask: PromptAsk) -> Known:
    """Raises Refused for terms that no offer can meet, and for a client that is not there."""
    words = locked_for(access, ask.client)
    return Known(ask=ask, offers=offers_for(access, ask), words=words)


def known_without_offers(access: Access, ask: PromptAsk) -> Known:
    """For a form whose terms do not fit together yet; a client that is not there binds nothing."""
    try:
        words = locked_for(access, ask.client)
    except Refused:
        words = ClientWords()
    return Known(ask=ask, offers=(), words=words)


def check_prompt(prompt: str, *, field: str) -> None:
    """What generate would refuse for its text alone. Raises Refused."""
    if len(prompt) > LONGEST_PROMPT:
        raise Refused(f"Keep it under {LONGEST_PROMPT} characters.", field=field)
    if CONTROLS.search(prompt):
        raise Refused("Remove the control characters.", field=field)


def offers_for(access: Access, ask: PromptAsk) -> tuple[OfferLimits, ...]:
    """The offers of the route that these terms would take. Raises Refused for none."""
    job = JobAsk(
        prompt="",
        generation_mode=ask.generation_mode,
        seconds=ask.seconds,
        tier=ask.tier,
        provider=ask.provider,
        style=ask.style,
    )
    check_terms(job)
    limits = []
    for leg in route_for(access, job).legs:
        added, _ = worded(
            "", style=ask.style, negative_prompt=ask.negative_prompt, abilities=leg.abilities
        )
        limits.append(
            limits_of(
                leg.provider,
                name=provider_name(leg.provider),
                negative_prompt="negative_prompt" in leg.abilities,
                added=added,
            )
        )
    return tuple(limits)


def locked_for(access: Access, client_uid: str) -> ClientWords:
    """The words of a client's brand kit. Raises Refused for a client that is not there."""
    if not client_uid:
        return ClientWords()
    kits = BrandKit.objects.filter(workspace_id=access.workspace_id, mode=access.mode)
    kit = kits.filter(client__centre__uid=client_uid).first()
    if kit is not None:
        brand = Brand(voice=kit.voice, avoid=tuple(kit.avoid))
        return ClientWords(locked=tuple(kit.locked_phrases), brand=brand)
    if centres.client_by(access, client_uid) is None:
        raise Refused(
            "There is no such client in this workspace.", field="client", code="not_found"
        )
    return ClientWords()


def configured_model() -> LanguageModel | None:
    """The language model of the settings; None where none is set up."""
    given = settings.PROMPT_MODEL
    if not (given["base_url"] and given["name"]):
        return None
    return ChatModel(base_url=given["base_url"], key=given["key"], name=given["name"])
