"""Telling the sandbox where its callbacks go, for a vendor that takes one address an account.

At a live account a person does that once: the vendor then makes the secret, and shows it once.
"""

import logging
from typing import TYPE_CHECKING, cast

from django.conf import settings

from providers.clients import adapter_for
from providers.errors import ProviderError
from providers.many import ManyTransport

if TYPE_CHECKING:  # adapters are loaded on first use
    from providers.adapters.sora import Sora

log = logging.getLogger(__name__)


def set_up(many: ManyTransport) -> bool:
    """Register our address at the sandbox's Sora; True when it was not registered yet.

    A sandbox that is away, or does not deliver to our address, changes nothing: Sora's tasks are
    looked at all the same.
    """
    sora = cast("Sora", adapter_for("sora", "test"))
    # No call to be counted: where nobody rehearses, no sandbox runs, and nothing is wrong.
    [answer] = many.ask_all([sora.call_back_at(f"{settings.PUBLIC_BASE_URL}/hooks/sora/test")])
    if isinstance(answer, ProviderError):
        log.debug("hook_not_set_up provider=sora reason=%s", answer.reason)
        return False
    return answer
