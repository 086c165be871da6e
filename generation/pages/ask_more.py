"""From a refusal for lack of budget to the owners, and from their answer back to the request.

A refused form is kept as the browser sent it. Its page is opened again with `?asked=` and the
question's id, filled as it was, with a word on how the question stands.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from accounts.access import Access
from generation.models import ApprovalRequest, ApprovalState
from generation.money import approvals
from generation.money.approvals import WayBack
from generation.money.budgets import BudgetExceeded

ASKED = "asked"
# They belong to one rendering of a page and mean nothing on the next one.
NOT_KEPT = {"csrfmiddlewaretoken", "token", "quote", "shown", ASKED}
LONGEST_ADDRESS = 3500
LONGEST_PROMPT = 120


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way out that spends less: words with a sum, and the form's address so changed."""

    words: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class AskMore:
    """What a refused page offers: the sum that is missing in which budget, and other ways out."""

    budget_uid: str
    budget_name: str
    micros: int
    reason: str
    back: WayBack
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question on whose behalf a page is opened again, with the form that was refused."""

    request: ApprovalRequest
    typed: QueryDict

    @property
    def waits(self) -> bool:
        return self.request.state == ApprovalState.WAITING

    @property
    def approved(self) -> bool:
        return self.request.state == ApprovalState.APPROVED


def ask_more(
    fault: BudgetExceeded,
    *,
    path: str,
    typed: QueryDict,
    reason: str,
    ways: tuple[Way, ...] = (),
) -> AskMore:
    """The offer beside a refusal; `reason` is what the owners will read unless it is changed."""
    return AskMore(
        budget_uid=fault.budget_uid,
        budget_name=fault.budget_name,
        micros=fault.asked_micros - fault.left_micros,
        reason=reason,
        back=WayBack(path=path, typed=kept(typed)),
        ways=ways,
    )


def ask_beside(path: str, typed: QueryDict, *, reason: str) -> dict[str, object]:
    """For a page that offers the question before anything was refused, beside its price."""
    return {"ask_back": WayBack(path=path, typed=kept(typed)), "ask_reason": reason}


def kept(typed: QueryDict) -> str:
    """The form without what belongs to one rendering."""
    pairs = ((name, value) for name, values in typed.lists() for value in values)
    return urlencode([pair for pair in pairs if pair[0] not in NOT_KEPT])


def changed(path: str, typed: QueryDict, **fields: str) -> str:
    """The page's address with the form filled, some fields changed; empty for one too long."""
    data = typed.copy()
    for name, value in fields.items():
        data[name] = value
    address = f"{path}?{kept(data)}"
    return address if len(address) <= LONGEST_ADDRESS else ""


def asked_before(request: HttpRequest, access: Access) -> Asked | None:
    """The question that this page was left with; none for another page's or workspace's."""
    uid = request.GET.get(ASKED, "")[:40]
    found = approvals.by_uid(access, uid) if uid else None
    if found is None or found.came_from != request.path:
        return None
    return Asked(request=found, typed=QueryDict(found.typed))


def reason_of(prompt: str, what: str) -> str:
    """ "One draft clip of 5 s: A kettle boils"."""
    return f"{what}: {' '.join(prompt.split())[:LONGEST_PROMPT]}"
