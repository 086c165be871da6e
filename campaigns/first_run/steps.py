"""The steps in their order. Adding one at the end is safe; in between, running ones would shift."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.access import Access
from campaigns.first_run import making, setting_up
from campaigns.models import FirstRun


@dataclass(frozen=True, kw_only=True)
class Step:
    """`does` runs once, in the transaction that counts it. It begins when `ready` says so."""

    words: str
    does: Callable[[FirstRun, Access], None]
    ready: Callable[[FirstRun], bool] = lambda run: True


STEPS = (
    Step(words="A client with its brand kit, and a product", does=setting_up.open_client),
    Step(words="A campaign with a full brief", does=setting_up.write_brief),
    Step(words="A storyboard of the brief", does=setting_up.plan_shots),
    Step(words="A soft budget and a rate card", does=setting_up.agree_terms),
    Step(words="The library of prompts", does=setting_up.bring_library),
    Step(words="Two drafts of every shot", does=making.make_drafts),
    Step(words="A batch, a failure, a refusal, a film", does=making.make_others),
    Step(words="Stars, picks and a rejection", does=making.judge, ready=making.all_ended),
    Step(words="A final, and variants of a shot", does=making.promote_and_vary),
    Step(words="What the variants did as ads", does=making.report_ads, ready=making.all_ended),
)
