"""The draft board as a value: shots with their takes, as the address filters them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from accounts.access import Access
from campaigns import storyboard
from campaigns.models import Campaign, Shot, Take
from campaigns.pages.take_cards import RUNNING, STATES, TakeCard, card_of, state_of
from campaigns.sources import versions
from campaigns.take_reading import of_campaign
from campaigns.takes import TakeWish, ask_for
from generation.asks import Checker, Refused
from generation.pages.rows import version_of

MOST_TAKES = 400


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: one shot or all (empty), takes of one state or all."""

    shot: str = ""
    state: str = ""

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True, kw_only=True)
class BoardShot:
    """A shot with the takes that are shown of it. `price_micros` is one more take as the shot
    stands, None where nobody can make it; `problem` then says why."""

    uid: str
    number: int
    role: str
    prompt: str
    shape: str
    tier: str
    seconds: int
    picked: int | None
    final: bool
    takes: tuple[TakeCard, ...]
    all_takes: int
    price_micros: int | None
    problem: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """`open` takes may still change by themselves. `cut` says that older takes are not shown."""

    shots: tuple[BoardShot, ...]
    choices: tuple[tuple[str, str], ...]
    counts: dict[str, int]
    open: int
    cut: bool
    asked: Asked

    @property
    def version(self) -> str:
        return version_of([card.version for shot in self.shots for card in shot.takes], self.counts)


def board_of(access: Access, campaign: Campaign, asked: Asked) -> Board:
    """The same number of queries however many shots and takes there are."""
    shots = list(storyboard.shots_of(campaign))
    rows = of_campaign(campaign).filter(promoted_from=None)
    if asked.shot:
        rows = rows.filter(shot__uid=asked.shot)
    newest = list(rows.order_by("-pk")[: MOST_TAKES + 1])
    takes = sorted(newest[:MOST_TAKES], key=lambda take: (take.shot.position, take.number))
    states = [state_of(take) for take in takes]
    shown = [
        take
        for take, state in zip(takes, states, strict=True)
        if not asked.state or state == asked.state
    ]
    counts = {state: states.count(state) if state else len(states) for state in STATES}
    return Board(
        shots=tuple(_shots(access, campaign, shots, shown=shown, takes=takes, asked=asked)),
        choices=tuple((shot.uid, _name(shot, at)) for at, shot in enumerate(shots)),
        counts=counts,
        open=counts[RUNNING],
        cut=len(newest) > MOST_TAKES,
        asked=asked,
    )


def _shots(
    access: Access,
    campaign: Campaign,
    shots: Sequence[Shot],
    *,
    shown: Sequence[Take],
    takes: Sequence[Take],
    asked: Asked,
) -> list[BoardShot]:
    current, checker = versions(campaign), Checker(access)
    found = []
    for at, shot in enumerate(shots):
        mine = [take for take in shown if take.shot_id == shot.pk]
        if (asked.shot and shot.uid != asked.shot) or (asked.state and not mine):
            continue
        every = [take for take in takes if take.shot_id == shot.pk]
        found.append(_shot(campaign, shot, at, mine, every, current=current, checker=checker))
    return found


def _shot(
    campaign: Campaign,
    shot: Shot,
    at: int,
    shown: Sequence[Take],
    every: Sequence[Take],
    *,
    current: Mapping[str, tuple[str, int]],
    checker: Checker,
) -> BoardShot:
    micros, problem = price_of(checker, campaign, TakeWish(shot=shot))
    picked = next((take.number for take in every if take.pk == shot.picked_id), None)
    return BoardShot(
        uid=shot.uid,
        number=at + 1,
        role=shot.get_role_display(),
        prompt=shot.prompt,
        shape=f"r-{shot.ratio.replace(':', 'x')}",
        tier=shot.tier,
        seconds=shot.seconds,
        picked=picked,
        final=shot.final_id is not None,
        takes=tuple(card_of(take, current=current) for take in shown),
        all_takes=len(every),
        price_micros=micros,
        problem=problem,
    )


def price_of(checker: Checker, campaign: Campaign, wish: TakeWish) -> tuple[int | None, str]:
    """Micro-dollars of one take, or None and the reason."""
    try:
        return checker.route(ask_for(campaign, wish)).likely_micros, ""
    except Refused as refused:
        return None, refused.message


def _name(shot: Shot, at: int) -> str:
    return f"{at + 1} · {shot.get_role_display()}"
