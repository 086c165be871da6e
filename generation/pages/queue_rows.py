"""The queue as its page shows it: values of plain words, out of one look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from generation.arranging import may_arrange
from generation.lanes import LaneKind
from generation.models import Attempt, Batch, Job
from generation.pages.labels import Label, of_attempt
from generation.pages.spans import about, usually
from generation.queue_now import SLOW, InLine, LaneNow, QueueNow
from generation.queue_words import LANES, Said, cancel_words, said_of_running, said_of_waiting
from generation.wording import provider_name
from providers.catalogue import Catalogue

WAITS = Label(word="Waits", icon="clock", tone="wait")
HELD = Label(word="On hold", icon="lock", tone="accent")
A_SECTION = 12


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One clip that waits or runs. `place`, `starts` and `ends` are words, `mine` says whether
    the caller may arrange it."""

    uid: str
    prompt: str
    label: Label
    offer: str
    whom: str
    batch: Batch | None
    held_micros: int
    place: str
    starts: str
    ends: str
    said: Said
    hot: bool
    held: bool
    waits: bool
    mine: bool
    cancelling: bool
    cancel_words: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """All lanes of one kind: the first clips, and how many more there are."""

    kind: str
    title: str
    count: int
    held_micros: int
    rows: tuple[QueueRow, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class SlotRow:
    """The slots of an account, or of one of its models."""

    name: str
    model: str
    busy: int
    mine: int
    most: int
    quiet_until: datetime | None

    @property
    def full(self) -> bool:
        return self.busy >= self.most


def sections(access: Access, queue: QueueNow, offers: Catalogue) -> list[Section]:
    """Hot, single, batch, on hold: only what there is."""
    names = _names(offers)
    found = []
    for kind in LaneKind:
        lanes = [one for one in queue.lanes if one.lane.kind == kind]
        if lanes:
            found.append(_section(access, kind, lanes, queue, names))
    return found


def _section(
    access: Access,
    kind: LaneKind,
    lanes: list[LaneNow],
    queue: QueueNow,
    names: Mapping[int, str],
) -> Section:
    first = sorted((one for lane in lanes for one in lane.first), key=_order)[:A_SECTION]
    return Section(
        kind=kind.name.lower(),
        title=LANES[kind],
        count=sum(lane.count for lane in lanes),
        held_micros=sum(lane.held_micros for lane in lanes),
        rows=tuple(_waiting_row(access, one, queue, names) for one in first),
    )


def _order(one: InLine) -> tuple[int, int, int]:
    return (one.place.position if one.place else 10**6, one.attempt.turn, one.attempt.pk)


def running_rows(access: Access, queue: QueueNow, offers: Catalogue) -> list[QueueRow]:
    """What is under way, the oldest first."""
    names = _names(offers)
    return [
        _row(access, one, said=said_of_running(one), label=of_attempt(one), names=names)
        for one in queue.under_way
    ]


def slot_rows(queue: QueueNow) -> list[SlotRow]:
    """The accounts that count here: in use, waited for, or asked to be left alone."""
    waited = {one.attempt.account_id for lane in queue.lanes for one in lane.first}
    return [
        SlotRow(
            name=provider_name(one.account.provider),
            model=one.model,
            busy=one.busy,
            mine=one.mine,
            most=one.most,
            quiet_until=one.quiet_until,
        )
        for one in queue.slots
        if one.model or one.busy or one.account.pk in waited
    ]


def _names(offers: Catalogue) -> dict[int, str]:
    return {one.offer_id: one.terms.short_name for one in offers.offers}


def _waiting_row(
    access: Access, one: InLine, queue: QueueNow, names: Mapping[int, str]
) -> QueueRow:
    held = one.attempt.job.held_at is not None
    place, starts, ends = "", "", ""
    if one.place is not None and not held and queue.pause is None:
        place = f"{one.place.position}. in line"
        soon = one.place.starts_in
        starts = (
            "start not known" if soon is None else f"in about {about(soon)}" if soon else "next"
        )
        ends = _ends(one)
    return _row(
        access,
        one.attempt,
        said=said_of_waiting(one, queue),
        label=HELD if held else WAITS,
        names=names,
        place=place,
        starts=starts,
        ends=ends,
    )


def _ends(one: InLine) -> str:
    """From where half are done to where nine of ten are; one figure where those are the same."""
    if one.past is None:
        return "how long it takes is not measured yet"
    if one.ends_in is None:
        return f"then usually {usually(one.past.half, one.past.share(SLOW))}"
    return f"likely done in {usually(*one.ends_in)}"


def _row(
    access: Access,
    attempt: Attempt,
    *,
    said: Said,
    label: Label,
    names: Mapping[int, str],
    place: str = "",
    starts: str = "",
    ends: str = "",
) -> QueueRow:
    job: Job = attempt.job
    return QueueRow(
        uid=job.uid,
        prompt=" ".join(job.prompt.split())[:200],
        label=label,
        offer=names.get(attempt.offer_id, provider_name(attempt.provider)),
        whom=_whom(job),
        batch=job.batch,
        held_micros=attempt.max_micros,
        place=place,
        starts=starts,
        ends=ends,
        said=said,
        hot=job.hot,
        held=job.held_at is not None,
        waits=attempt.state == "planned",
        mine=may_arrange(access, job),
        cancelling=job.is_cancelling,
        cancel_words=cancel_words(attempt),
    )


def _whom(job: Job) -> str:
    """The campaign or client that pays; nothing for the workspace itself."""
    centre = job.cost_centre
    if job.batch_id is not None and centre.parent is not None:
        centre = centre.parent
    return centre.name if centre.parent_id is not None else ""
