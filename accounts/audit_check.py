"""Whether the audit trail still says what was sealed, and if not, which entry does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.audit_chain import chain_of, content_of
from accounts.models import AuditEntry, AuditSeal

AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest seal: how many there are, and the digest that stands for all of them."""

    number: int
    chain: str

    def __str__(self) -> str:
        return f"{self.number}:{self.chain}"


def head() -> Head | None:
    last = AuditSeal.objects.order_by("-number").first()
    return Head(number=last.number, chain=last.chain) if last else None


def faults(*, kept: Head | None = None) -> Iterator[str]:
    """One sentence for each entry or seal that is not as it was, in the order of the entries.

    `kept` is a head that was written down elsewhere: without one, nobody can tell whether the
    newest entries were removed together with their seals, or all seals made anew.
    """
    if kept is not None:
        yield from _kept(kept)
    before, number, entry = "", 0, 0
    while seals := list(AuditSeal.objects.filter(number__gt=number).order_by("number")[:AT_ONCE]):
        yield from _stretch(seals, before=before, number=number, entry=entry)
        before, number, entry = seals[-1].chain, seals[-1].number, seals[-1].entry


def _kept(kept: Head) -> Iterator[str]:
    seal = AuditSeal.objects.filter(number=kept.number).first()
    if seal is None:
        yield f"Seal {kept.number} is gone: the trail was cut off."
    elif seal.chain != kept.chain:
        yield f"Seal {kept.number} is not the one that was kept: the trail was sealed anew."


def _stretch(seals: list[AuditSeal], *, before: str, number: int, entry: int) -> Iterator[str]:
    """`before`, `number` and `entry` are those of the seal before the first one."""
    found = AuditEntry.objects.filter(pk__gt=entry, pk__lte=seals[-1].entry)
    entries = {row.pk: row for row in found}
    for seal in seals:
        if seal.number != number + 1:
            gone = seal.number - number - 1
            what = "A seal was" if gone == 1 else f"{gone} seals were"
            yield f"{what} removed between entries {entry} and {seal.entry}."
        elif seal.chain != chain_of(before, seal.content):
            yield f"The seal of entry {seal.entry} does not follow from the one before it."
        for pk in sorted(pk for pk in entries if entry < pk < seal.entry):
            yield f"{_named(entries[pk])} was put in after the trail had been sealed."
        row = entries.get(seal.entry)
        if row is None:
            yield f"Entry {seal.entry} was removed."
        elif content_of(row) != seal.content:
            yield f"{_named(row)} was altered."
        before, number, entry = seal.chain, seal.number, seal.entry


def _named(row: AuditEntry) -> str:
    return f"Entry {row.pk} ({row.action} of {row.subject})"
