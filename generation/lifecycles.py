"""How an offer stands on the market, changed by a person; loading the catalogue keeps it."""

from django.db import transaction

from accounts.models import Mode, User
from generation.account_states import reason_of
from generation.asks import Refused
from generation.shared_audit import record_for_all
from providers.catalogue import catalogue_of, forget
from providers.models import Lifecycle, Offer


def change_lifecycle(
    offer_id: int, *, lifecycle: Lifecycle, reason: str, by: User, ip: str | None = None
) -> Offer:
    """Raises Refused without a reason, and where the offer stands so already."""
    words = reason_of(reason)
    with transaction.atomic():
        offer = Offer.objects.select_for_update().get(pk=offer_id)
        if offer.lifecycle == lifecycle:
            said = f"{offer.display_name} is {lifecycle.label.lower()} already."
            raise Refused(f"{said} Nothing was changed.", field="lifecycle")
        before = {"lifecycle": offer.lifecycle}
        offer.lifecycle, offer.lifecycle_by_hand = lifecycle, True
        offer.save(update_fields=["lifecycle", "lifecycle_by_hand"])
        for mode in Mode:
            if catalogue_of(mode) == offer.catalogue:
                record_for_all(
                    "offer.lifecycle",
                    f"offer:{offer.pk}",
                    words,
                    mode=mode,
                    by=by,
                    ip=ip,
                    before=before,
                    after={"lifecycle": offer.lifecycle},
                )
        transaction.on_commit(forget)
    return offer
