"""How many tasks may run at once at our account or at one of its models, set by a person."""

from django.db import transaction

from accounts.models import User
from generation import queue
from generation.account_states import reason_of
from generation.asks import Refused
from generation.shared_audit import record_for_all
from providers.models import ModelLimit, Offer, ProviderAccount

MOST = 10_000


def change_slots(
    account_id: int, *, model: str, slots: str, reason: str, by: User, ip: str | None = None
) -> int | None:
    """Set the number of an account, or of one of its models; of a model "" takes it away.

    Raises Refused without a reason, for no number, and for a model that is not on offer there.
    What runs already goes on: fewer slots only keep new tasks waiting.
    """
    words, number = reason_of(reason), _number(slots, may_be_none=bool(model))
    with transaction.atomic():
        account = ProviderAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        before = _set(account, model, number)
        what = model or "all models"
        record_for_all(
            "provider.slots",
            f"provider_account:{account.pk}",
            words,
            mode=account.mode,
            by=by,
            ip=ip,
            before={"what": what, "slots": before},
            after={"what": what, "slots": number},
        )
        queue.ring_drive()
    return number


def _set(account: ProviderAccount, model: str, number: int | None) -> int | None:
    """Write the number and give back the one before."""
    if not model:
        before = account.max_concurrent
        ProviderAccount.objects.filter(pk=account.pk).update(max_concurrent=number)
        return before
    if not Offer.objects.filter(provider=account.provider, model=model).exists():
        raise Refused("There is no such model at this provider.", field="model")
    limit, _ = ModelLimit.objects.get_or_create(account=account, model=model)
    ModelLimit.objects.filter(pk=limit.pk).update(slots=number, slots_by_hand=True)
    return limit.slots


def _number(text: str, *, may_be_none: bool) -> int | None:
    typed = text.strip()
    if not typed and may_be_none:
        return None
    if not (typed.isascii() and typed.isdigit()) or not 1 <= int(typed[:9]) <= MOST:
        raise Refused(f"Send a whole number from 1 to {MOST}.", field="slots")
    return int(typed)
