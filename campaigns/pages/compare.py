"""One to four takes beside each other: players that keep step, what differs, and the pick."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from campaigns.judging import BEST
from campaigns.models import Take
from campaigns.pages.door import campaign_or_404
from campaigns.pages.take_cards import TakeCard, card_of
from campaigns.pages.word_diff import against, lines
from campaigns.sources import versions
from campaigns.take_reading import told
from generation.pages.door import page

MOST = 4
NAMES = ("Provider", "Model", "Tier", "Length", "Shape", "Seed", "Price", "Made in", "Factors")


@page("campaigns:read")
def compare(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`takes` are ids with commas between; a form sends them one by one as `take`."""
    campaign = campaign_or_404(access, uid)
    address = reverse("campaigns:compare", args=[campaign.uid])
    if named := request.GET.getlist("take"):
        return redirect(f"{address}?{urlencode({'takes': ','.join(named[:MOST])}, safe=',')}")
    wanted = request.GET.get("takes", "")[:200].split(",")[:MOST]
    rows = told(Take.objects.filter(shot__campaign=campaign, uid__in=wanted))
    found = {take.uid: take for take in rows}
    takes = [found[one] for one in dict.fromkeys(wanted) if one in found]
    current = versions(campaign)
    cards = [card_of(take, current=current) for take in takes]
    cards = [card for card in cards if card.clip]
    if not cards:
        messages.info(request, "Choose two to four takes that have a clip, then compare them.")
        return redirect("campaigns:drafts", uid=campaign.uid)
    context = {
        "campaign": campaign,
        "here": f"{address}?takes={','.join(card.uid for card in cards)}",
        "mode_next": reverse("campaigns:campaigns"),
        "takes": ",".join(card.uid for card in cards),
        "pairs": [(card, against(cards[0].prompt, card.prompt)) for card in cards],
        "shape": cards[0].shape,
        "stars": range(1, BEST + 1),
        "lines": lines(NAMES, [_column(card) for card in cards]) if len(cards) > 1 else (),
        "notes": [(card.number, card.note) for card in cards if card.note],
        "labels": _labels(takes, cards),
    }
    return render(request, "campaigns/compare.html", context)


def _column(card: TakeCard) -> tuple[str, ...]:
    return (
        card.provider,
        card.model,
        card.tier.capitalize(),
        f"{card.seconds} s",
        card.ratio,
        "" if card.seed is None else str(card.seed),
        card.price,
        "" if card.made_in is None else f"{card.made_in:.0f} s",
        ", ".join(f"{name}: {value}" for name, value in card.factors),
    )


def _labels(takes: list[Take], cards: list[TakeCard]) -> dict[str, str]:
    """What a take is called; takes of several shots say which."""
    shots = {take.uid: take.shot for take in takes}
    several = len({shots[card.uid].pk for card in cards}) > 1
    names = {}
    for card in cards:
        shot = shots[card.uid]
        names[card.uid] = (
            f"Shot {shot.position}, take {card.number}" if several else f"Take {card.number}"
        )
    return names
