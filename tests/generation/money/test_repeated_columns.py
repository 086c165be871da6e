"""What a row repeats of its job must agree with it, which no foreign key can tell: A14 does."""

import pytest

from accounts.models import Workspace
from generation import batches
from generation.asks import JobAsk
from generation.models import Attempt, Job
from generation.money.invariants import breaches
from providers.types import Tier


def wrong() -> list[str]:
    return sorted(one.subject for one in breaches() if one.name == "A14")


@pytest.mark.django_db
def test_a_row_of_another_workspace_or_account_is_found(shop, access):
    asks = [JobAsk(prompt=f"Shot {n}", tier=Tier.DRAFT) for n in range(25)]
    batches.create(access, asks, use_cost_optimization=False)
    assert wrong() == []
    first, second, third = Attempt.objects.order_by("pk")[:3]
    other = Workspace.objects.create(slug="other", name="Other")
    Attempt.objects.filter(pk=first.pk).update(workspace=other)
    # Its line and its job both say otherwise.
    assert wrong() == [first.client_ref] * 2
    Attempt.objects.filter(pk=first.pk).update(workspace=access.workspace_id)
    account = type(second.account).objects.exclude(pk=second.account_id)[0]
    Attempt.objects.filter(pk=second.pk).update(account=account)
    assert wrong() == [second.client_ref]
    Attempt.objects.filter(pk=second.pk).update(account=second.account_id)
    Job.objects.filter(pk=third.job_id).update(mode="live")
    # Its attempt and its event.
    assert wrong() == sorted([third.client_ref, third.job.uid])
