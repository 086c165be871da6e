"""How many shots of which campaigns are older than their brief, for the first page.

What a shot was made of is a JSON of version numbers, so the comparison is made here, over the
newest shots of the newest campaigns only: two queries, however many there are.
"""

from collections import Counter

from accounts.access import Access
from campaigns.models import Brief, Shot
from campaigns.sources import BRIEF

MOST_CAMPAIGNS = 200
MOST_SHOTS = 4000


def older_than_their_brief(access: Access) -> dict[int, int]:
    """The number of such shots by their campaign's id; campaigns without any are left out."""
    briefs = Brief.objects.filter(
        campaign__workspace_id=access.workspace_id,
        campaign__mode=access.mode,
        campaign__archived_at=None,
        version__gt=1,
    )
    newest = dict(
        briefs.order_by("-campaign_id").values_list("campaign_id", "version")[:MOST_CAMPAIGNS]
    )
    if not newest:
        return {}
    shots = Shot.objects.within(access).filter(campaign_id__in=newest, removed_at=None)
    made = shots.order_by("-pk").values_list("campaign_id", "made_of")[:MOST_SHOTS]
    return dict(
        Counter(
            campaign
            for campaign, made_of in made
            if BRIEF in made_of and made_of[BRIEF] != newest[campaign]
        )
    )
