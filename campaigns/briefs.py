"""The brief: changed as a whole against the version that was read, and what it still lacks."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from accounts.access import Access
from campaigns import history, said
from campaigns.history import note_change
from campaigns.models import Brief, Campaign, Product
from generation.asks import RATIOS, Refused
from generation.styles import STYLES
from providers.types import Tier

LISTS = ("must", "never", "markets", "placements", "scenes")
LONGEST_TEXT = 4000
LONGEST_ENTRY = 300
LONGEST_SCENE = 1000
MOST_ENTRIES = 50
MOST_SCENES = 100
LONGEST_FILM = 600
MOST_ROUNDS = 20
MOST_MICROS = 1_000_000_000 * 1_000_000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Something that the film says of the product, and what proves it."""

    text: str
    proof: str = ""


@dataclass(frozen=True, kw_only=True)
class BriefFields:
    """A whole brief. `products` are their ids in order, money is micro-dollars."""

    goal: str = ""
    audience: str = ""
    message: str = ""
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    products: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()
    b_roll_count: int | None = None
    transition_count: int = 0
    with_hook: bool = False
    with_end_card: bool = False
    total_seconds: int | None = None
    ratio: str = "16:9"
    tier: str = "standard"
    style: str = ""
    rounds: int | None = None
    deadline: date | None = None
    budget_micros: int | None = None


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A question that the brief does not answer yet."""

    field: str
    words: str


class Outdated(Exception):
    """Somebody changed the brief since it was read; `version` is the one that stands now."""

    def __init__(self, *, by: str, version: int) -> None:
        super().__init__(f"{by} has changed the brief since you read it.")
        self.by = by
        self.version = version


QUESTIONS = (
    Missing(field="goal", words="What the campaign is for"),
    Missing(field="audience", words="Whom it speaks to"),
    Missing(field="message", words="The one thing to remember"),
    Missing(field="must", words="What must be seen"),
    Missing(field="never", words="What must never be seen"),
    Missing(field="products", words="Which products it shows"),
    Missing(field="placements", words="Where the ads run"),
    Missing(field="deadline", words="When it is due"),
    Missing(field="rounds", words="How many rounds of review"),
    Missing(field="budget_micros", words="What may be spent"),
)


def fields_of(brief: Brief) -> BriefFields:
    """The brief as it stands."""
    return _fields(brief, [product.uid for product in products_of(brief)])


def fields_by_campaign(campaigns: Iterable[Campaign]) -> dict[int, BriefFields]:
    """The briefs of many campaigns by the campaign's key. Two queries."""
    rows = Brief.objects.filter(campaign__in=[campaign.pk for campaign in campaigns])
    through = Brief.products.through.objects.filter(brief__in=rows).order_by("pk")
    uids: dict[int, list[str]] = {}
    for brief_id, uid in through.values_list("brief_id", "product__uid"):
        uids.setdefault(brief_id, []).append(uid)
    return {brief.campaign_id: _fields(brief, uids.get(brief.pk, ())) for brief in rows}


def products_of(brief: Brief) -> list[Product]:
    """In the order in which they were added."""
    through = Brief.products.through.objects.filter(brief=brief).select_related("product")
    return [row.product for row in through.order_by("pk")]


def missing(fields: BriefFields) -> tuple[Missing, ...]:
    """What is not said yet, in the order of the form; a claim without proof counts."""
    open_questions = [
        question for question in QUESTIONS if getattr(fields, question.field) in ("", (), None)
    ]
    unproven = [
        Missing(field="claims", words=f"Proof for “{claim.text}”")
        for claim in fields.claims
        if not claim.proof
    ]
    return (*open_questions, *unproven)


def change(access: Access, campaign: Campaign, fields: BriefFields, *, version: int) -> Brief:
    """Make the brief say `fields`. Its version goes up by one where something differs.

    Raises Outdated when `version` is not the one that stands, Refused for what cannot be taken;
    then nothing was changed.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update(no_key=True).get(campaign=campaign)
        if version != brief.version:
            entry = history.last_change(access, subject_of(campaign))
            raise Outdated(by=history.who(entry), version=brief.version)
        before = fields_of(brief)
        checked = _checked(fields)
        products = _products(access, campaign, checked.products, known=before.products)
        subject = subject_of(campaign)
        if not note_change(
            access, "brief.change", subject, before=_as_json(before), after=_as_json(checked)
        ):
            return brief
        _write(brief, checked)
        if checked.products != before.products:
            brief.products.clear()
            for product in products:  # one by one, so that their rows keep the order
                brief.products.add(product)
    return brief


def subject_of(campaign: Campaign) -> str:
    return f"brief:{campaign.uid}"


def _fields(brief: Brief, products: Sequence[str]) -> BriefFields:
    told: dict[str, Any] = {name: getattr(brief, name) for name in BriefFields.__dataclass_fields__}
    for name in LISTS:
        told[name] = tuple(told[name])
    told["claims"] = tuple(Claim(**claim) for claim in brief.claims)
    return BriefFields(**{**told, "products": tuple(products)})


def _write(brief: Brief, fields: BriefFields) -> None:
    for name, value in _as_json(fields).items():
        if name not in ("products", "deadline"):
            setattr(brief, name, value)
    brief.deadline = fields.deadline
    brief.version += 1
    brief.save()


def _as_json(fields: BriefFields) -> dict[str, Any]:
    told = asdict(fields)
    lists = {name: list(value) for name, value in told.items() if isinstance(value, tuple)}
    deadline = fields.deadline.isoformat() if fields.deadline else None
    return {**told, **lists, "deadline": deadline}


def _checked(fields: BriefFields) -> BriefFields:
    """The same, in one spelling. Raises Refused."""
    told: dict[str, Any] = {name: tuple(_lines(fields, name)) for name in LISTS}
    for name in ("goal", "audience", "message"):
        told[name] = said.text(getattr(fields, name), field=name, most=LONGEST_TEXT)
    _no_contradiction(told["must"], told["never"])
    _check_choices(fields)
    _check_numbers(fields)
    return replace(fields, **told, claims=_claims(fields.claims))


def _lines(fields: BriefFields, name: str) -> list[str]:
    scenes = name == "scenes"
    return said.lines(
        getattr(fields, name),
        field=name,
        most=MOST_SCENES if scenes else MOST_ENTRIES,
        longest=LONGEST_SCENE if scenes else LONGEST_ENTRY,
    )


def _no_contradiction(must: Sequence[str], never: Sequence[str]) -> None:
    wanted = {entry.casefold() for entry in must}
    both = next((entry for entry in never if entry.casefold() in wanted), None)
    if both is not None:
        words = f"“{both}” must be seen and must never be seen. Take it out of one of the two."
        raise Refused(words, field="never", code="contradiction")


def _claims(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    texts = said.lines(
        (claim.text for claim in claims), field="claims", most=MOST_ENTRIES, longest=LONGEST_ENTRY
    )
    proofs = [said.line(claim.proof, field="claims", most=LONGEST_ENTRY) for claim in claims]
    return tuple(Claim(text=text, proof=proof) for text, proof in zip(texts, proofs, strict=True))


def _check_choices(fields: BriefFields) -> None:
    if fields.ratio not in RATIOS:
        raise Refused(f"Choose one of {', '.join(RATIOS)}.", field="aspect_ratio")
    if fields.tier not in set(Tier):
        raise Refused(f"Choose one of {', '.join(Tier)}.", field="quality")
    if fields.style and fields.style not in STYLES:
        raise Refused(f"Choose one of {', '.join(STYLES)}, or leave it out.", field="style")


def _check_numbers(fields: BriefFields) -> None:
    bounds = {
        "b_roll_count": (0, MOST_SCENES),
        "transition_count": (0, MOST_SCENES),
        "total_seconds": (3, LONGEST_FILM),
        "rounds": (1, MOST_ROUNDS),
    }
    for name, (least, most) in bounds.items():
        said.whole(getattr(fields, name), field=name, least=least, most=most)
    day, money = fields.deadline, fields.budget_micros
    if day is not None and not FIRST_DAY <= day < LAST_DAY:
        raise Refused("Give a day of this century.", field="deadline")
    if money is not None and not 0 <= money <= MOST_MICROS:
        raise Refused("Give an amount from 0 to 1,000,000,000 dollars.", field="budget")


def _products(
    access: Access, campaign: Campaign, uids: Sequence[str], *, known: Sequence[str]
) -> list[Product]:
    """In the order given. Raises Refused for one that is not there or is another client's."""
    found = {
        product.uid: product for product in Product.objects.within(access).filter(uid__in=uids)
    }
    if len(uids) > MOST_ENTRIES:
        raise Refused(f"Keep it to {MOST_ENTRIES} products.", field="products")
    if len(set(uids)) < len(uids):
        raise Refused("Name each product once.", field="products")
    for uid in uids:
        product = found.get(uid)
        if product is None:
            words = f"There is no product {uid[:40]} in this workspace."
            raise Refused(words, field="products", code="not_found")
        if product.client_id not in (None, campaign.client_id):
            words = f"The product {product.name} belongs to another client."
            raise Refused(words, field="products")
        if product.archived_at and uid not in known:
            words = f"The product {product.name} is archived. Bring it back first."
            raise Refused(words, field="products")
    return [found[uid] for uid in uids]
