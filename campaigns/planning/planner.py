"""A brief becomes a storyboard: the same brief always the same one, and nothing is spent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from campaigns.models.shot import ShotRole
from campaigns.planning import wording
from campaigns.planning.contradictions import contradictions
from campaigns.planning.facts import BriefFacts, Origin, Plan, PlannedShot, ProductFacts
from campaigns.planning.fitting import fitting
from campaigns.planning.scenes import invent
from generation.routing import tier_above
from providers.types import Tier

SECONDS = {
    ShotRole.HOOK: 3,
    ShotRole.B_ROLL: 5,
    ShotRole.PRODUCT: 5,
    ShotRole.TRANSITION: 3,
    ShotRole.END_CARD: 3,
}
# Wanted where a brief says nothing about scenes.
USUAL_B_ROLL = 3
# A storyboard that people can still look at; a brief that wants more is told so.
MOST_SHOTS = 200


def plan(facts: BriefFacts, *, today: date | None = None) -> Plan:
    """The shots of a brief in their order: opening, scenes, product, end, joined by transitions.

    Scenes, openings and joints are made as drafts first; the photos of a product move at one
    tier above the brief's, since there is nothing to choose between but the motion. Never raises.
    """
    scenes, notes = _scenes(facts)
    spoken = [*_hook(facts), *scenes, *_end_card(facts)]
    spoken, more = _with_musts(spoken, facts)
    hook = [shot for shot in spoken if shot.role == ShotRole.HOOK]
    b_roll = [shot for shot in spoken if shot.role == ShotRole.B_ROLL]
    ending = [shot for shot in spoken if shot.role == ShotRole.END_CARD]
    row = [*hook, *b_roll, *_product_shots(facts), *ending]
    joints = _transitions(facts)
    if len(row) + len(joints) > MOST_SHOTS:
        more += [f"A storyboard is planned with up to {MOST_SHOTS} shots; the rest is left out."]
    row = row[:MOST_SHOTS]
    shots = _joined(row, joints[: MOST_SHOTS - len(row)])
    return Plan(
        shots=tuple(shots),
        notes=(*notes, *more),
        contradictions=contradictions(facts, shots, today=today),
    )


def _scenes(facts: BriefFacts) -> tuple[list[PlannedShot], list[str]]:
    """What is asked for by words, then as many invented ones as are missing, and why."""
    asked = list(dict.fromkeys(scene for scene in facts.scenes if scene.strip()))[:MOST_SHOTS]
    told = _about_something(facts)
    wanted = facts.b_roll_count
    if wanted is None:
        wanted = len(asked) or (USUAL_B_ROLL if told else 0)
    missing = min(max(0, wanted - len(asked)), MOST_SHOTS - len(asked))
    new = _invented(facts, count=missing, beside=asked)
    shots = [_spoken(facts, ShotRole.B_ROLL, scene, Origin.ASKED) for scene in asked]
    shots += [_spoken(facts, ShotRole.B_ROLL, scene, Origin.INVENTED) for scene in new]
    notes = []
    if new:
        notes.append(
            f"{len(new)} of {len(shots)} scenes are invented from the product, its audience and"
            " its benefits. Write your own into the brief to replace them."
        )
    if not shots and not told:
        notes.append("The brief tells of nothing to show yet. Add a product, or write a scene.")
    return shots, notes


def _about_something(facts: BriefFacts) -> bool:
    return any((facts.products, facts.audience, facts.message, facts.goal, facts.benefits))


def _invented(facts: BriefFacts, *, count: int, beside: Sequence[str]) -> list[str]:
    """Scenes for the products in turn, so that each is seen about as often as the others."""
    products = facts.products or (ProductFacts(uid="", name=""),)
    known = list(beside)
    piles: list[tuple[str, ...]] = []
    for index, product in enumerate(products):
        share = len(range(index, count, len(products)))
        pile = invent(
            product_name=product.name,
            audience=facts.audience or product.audience,
            benefits=product.benefits or facts.benefits,
            count=share,
            seed=facts.seed + index,
            beside=known,
            fits=fitting(own_words=(*facts.kit.locked_phrases, product.name)),
        )
        known += pile
        piles.append(pile)
    return [pile[turn] for turn in range(count) for pile in piles if turn < len(pile)]


def _hook(facts: BriefFacts) -> list[PlannedShot]:
    prompt = wording.hook(audience=facts.audience, thing=_thing(facts))
    return [_spoken(facts, ShotRole.HOOK, prompt, Origin.INVENTED)] if facts.with_hook else []


def _end_card(facts: BriefFacts) -> list[PlannedShot]:
    prompt = wording.end_card(thing=_thing(facts))
    card = _spoken(facts, ShotRole.END_CARD, prompt, Origin.INVENTED)
    return [card] if facts.with_end_card else []


def _thing(facts: BriefFacts) -> str:
    return facts.products[0].name if facts.products else "the product"


def _product_shots(facts: BriefFacts) -> list[PlannedShot]:
    pairs = [(product, photo) for product in facts.products for photo in product.photos]
    return [
        _shot(
            facts,
            ShotRole.PRODUCT,
            wording.motion(index),
            Origin.PHOTO,
            tier=tier_above(facts.tier),
            photo=photo,
            product=product.uid,
        )
        for index, (product, photo) in enumerate(pairs[:MOST_SHOTS])
    ]


def _transitions(facts: BriefFacts) -> list[PlannedShot]:
    count = min(facts.transition_count, MOST_SHOTS)
    prompts = [wording.transition(index) for index in range(count)]
    return [_shot(facts, ShotRole.TRANSITION, words, Origin.INVENTED) for words in prompts]


def _spoken(facts: BriefFacts, role: ShotRole, prompt: str, origin: Origin) -> PlannedShot:
    return _shot(facts, role, wording.branded(prompt, facts.kit), origin)


def _shot(
    facts: BriefFacts,
    role: ShotRole,
    prompt: str,
    origin: Origin,
    *,
    tier: Tier = Tier.DRAFT,
    photo: str = "",
    product: str = "",
) -> PlannedShot:
    return PlannedShot(
        role=role,
        origin=origin,
        prompt=prompt,
        seconds=SECONDS[role],
        tier=tier,
        ratio=facts.ratio,
        negative_prompt=wording.negative(facts.never, facts.kit.avoid),
        style=facts.style,
        photo=photo,
        product=product,
    )


def _with_musts(shots: list[PlannedShot], facts: BriefFacts) -> tuple[list[PlannedShot], list[str]]:
    """Each thing that must be seen goes into one invented shot, in turn; else it is told."""
    told = list(shots)
    open_to_more = [index for index, shot in enumerate(told) if shot.origin == Origin.INVENTED]
    open_to_more.sort(key=lambda index: told[index].role != ShotRole.B_ROLL)
    homeless = []
    turn = 0
    for must in facts.must:
        if any(must.casefold() in shot.prompt.casefold() for shot in told):
            continue
        if not open_to_more:
            homeless.append(f"No shot shows “{must}” yet. Write it into one of the prompts.")
            continue
        index = open_to_more[turn % len(open_to_more)]
        prompt = wording.also(told[index].prompt, f"Clearly in view: {must}")
        told[index] = replace(told[index], prompt=prompt)
        turn += 1
    return told, homeless


def _joined(row: list[PlannedShot], joints: list[PlannedShot]) -> list[PlannedShot]:
    """The joints spread evenly over the gaps of the row, or after it where it has none."""
    gaps = len(row) - 1
    if gaps < 1:
        return [*row, *joints]
    behind: list[list[PlannedShot]] = [[] for _ in range(gaps)]
    for index, joint in enumerate(joints):
        behind[(2 * index + 1) * gaps // (2 * len(joints))].append(joint)
    told = []
    for shot, after in zip(row, [*behind, []], strict=True):
        told += [shot, *after]
    return told
