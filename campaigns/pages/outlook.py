"""What a brief would come to: the storyboard that it asks for, its price, and what cannot hold."""

from dataclasses import dataclass

from accounts.access import Access
from campaigns.models import Campaign
from campaigns.planning.facts import Contradiction
from campaigns.planning.pricing import priced
from campaigns.planning.reading import plan_of
from campaigns.replanning import unsaved
from campaigns.takes import TakeWish, ask_for


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Micro-dollars for one take of each shot; `blocked` shots nobody can make as they are."""

    shots: int
    seconds: int
    likely_micros: int
    worst_micros: int
    blocked: int
    notes: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


def outlook_of(access: Access, campaign: Campaign) -> Outlook:
    """Reads only: nothing is written, held or sent."""
    plan = plan_of(campaign)
    asks = [ask_for(campaign, TakeWish(shot=shot)) for shot in unsaved(campaign, plan)]
    prices = priced(access, asks)
    return Outlook(
        shots=len(plan.shots),
        seconds=plan.seconds,
        likely_micros=prices.likely_micros,
        worst_micros=prices.worst_micros,
        blocked=prices.blocked,
        notes=plan.notes,
        contradictions=plan.contradictions,
    )
