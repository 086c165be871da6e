"""The steps that spend nothing: client, kit, product, campaign, brief, storyboard, terms, library.

Each runs in the transaction that counts it as done.
"""

from accounts.access import Access
from campaigns import briefs, clients, opening, products, replanning
from campaigns.first_run import story
from campaigns.models import Campaign, FirstRun
from campaigns.planning.reading import plan_of
from campaigns.prompts.library import starters
from footage.drawing.product import product_photo
from generation import clock, uploads
from generation.models import Budget, BudgetKind, CostCentre, PeriodKind
from generation.models.client_terms import CardKind
from generation.money import budget_terms, rate_cards

PHOTOS = 2


def open_client(run: FirstRun, access: Access) -> None:
    """The client with profile and brand kit, and its product with drawn photos."""
    run.client = opening.open_client(access, name=_free(access, story.CLIENT))
    clients.change(access, run.client, profile=story.PROFILE, kit=story.KIT)
    pictures = [
        uploads.receive(access, content=product_photo(view), name=f"bottle-{view + 1}.jpg")
        for view in range(PHOTOS)
    ]
    products.create(access, story.PRODUCT, client=run.client, photos=pictures)


def write_brief(run: FirstRun, access: Access) -> None:
    """The campaign with every question of its brief answered."""
    name = _free(access, story.CAMPAIGN)
    run.campaign = opening.open_campaign(access, name=name, client=run.client)
    product = products.mine(access).get(client=run.client)
    fields = story.brief(product=product.uid, today=clock.now().date())
    briefs.change(access, run.campaign, fields, version=run.campaign.brief.version)


def plan_shots(run: FirstRun, access: Access) -> None:
    campaign = campaign_of(run)
    replanning.apply(access, campaign, plan_of(campaign))


def agree_terms(run: FirstRun, access: Access) -> None:
    """A soft budget that the drafts will cross, and what the client pays; by whom may set them."""
    campaign = campaign_of(run)
    if access.may("budgets:write"):
        ask = budget_terms.BudgetAsk(
            name=_free_budget(access),
            kind=BudgetKind.CENTRE,
            target=campaign.uid,
            limit_micros=story.BUDGET_MICROS,
            period=PeriodKind.LIFETIME,
            hard=False,
            alert_shares=[50, 80],
            reason="For the rehearsal",
        )
        budget_terms.create(access, ask)
    if access.may("rates:write") and run.client is not None:
        terms = rate_cards.CardTerms(
            kind=CardKind.COST_PLUS,
            valid_from=clock.now().date().replace(day=1),
            markup_bp=story.MARKUP_BP,
            note="For the rehearsal",
        )
        rate_cards.add(access, run.client.centre, terms)


def bring_library(run: FirstRun, access: Access) -> None:
    starters.bring(access)


def campaign_of(run: FirstRun) -> Campaign:
    if run.campaign is None:
        raise ValueError("The campaign is opened by an earlier step.")
    return run.campaign


def _free(access: Access, name: str) -> str:
    """The name, with a number behind it where a removed rehearsal still has it."""
    mine = CostCentre.objects.within(access).filter(name__startswith=name)
    return _numbered(name, set(mine.values_list("name", flat=True)))


def _free_budget(access: Access) -> str:
    mine = Budget.objects.within(access).filter(name__startswith=story.BUDGET)
    return _numbered(story.BUDGET, set(mine.values_list("name", flat=True)))


def _numbered(name: str, taken: set[str]) -> str:
    names = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(one for one in names if one not in taken)
