"""Starting a rehearsal campaign, going on with it by rows that are due, and removing it.

A step and the count of it are one transaction, so that a worker that dies leaves either both or
neither, and two workers at once do it once.
"""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction

from accounts.access import Access, Forbidden, require
from accounts.models import Membership, Mode, Role
from campaigns import archiving, clients
from campaigns.clients import ProfileChange
from campaigns.first_run.steps import STEPS
from campaigns.models import FirstRun
from generation import clock, queue
from generation.asks import Refused
from generation.models import Budget
from generation.money import budget_terms
from generation.money.budgets import BudgetExceeded

log = logging.getLogger(__name__)

TASK = "campaigns.tasks.first_runs"
LOOK_AGAIN_SECONDS = 2.0
GONE = "Who started it is no longer a member of the workspace."


def run_of(access: Access) -> FirstRun | None:
    """The workspace's rehearsal campaign, unless it is removed; none in live mode."""
    rows = FirstRun.objects.within(access).filter(removed_at=None)
    return rows.select_related("campaign__centre", "client__centre").first()


def start(access: Access) -> FirstRun:
    """Begin it, or take up again one that stopped; one that runs or is done stays as it is.

    Raises Refused in live mode, Forbidden for somebody who may not make footage.
    """
    if access.mode != Mode.TEST:
        raise Refused(
            "A rehearsal is for test mode. Switch to Test at the top first.", field="mode"
        )
    require(access, "campaigns:write")
    require(access, "jobs:write")
    if access.user_id is None:
        raise Forbidden("Sign in as a person to start a rehearsal.")
    with transaction.atomic():
        run = run_of(access) or _begun(access)
        stopped = FirstRun.objects.filter(pk=run.pk, done_at=None, due_at=None, removed_at=None)
        stopped.update(due_at=clock.now(), reason="", started_by_id=access.user_id)
        transaction.on_commit(lambda: queue.ring(TASK))
    run.refresh_from_db()
    return run


def remove(access: Access) -> None:
    """Archive what it made and switch its budget off. Books and clips stay as they are."""
    require(access, "campaigns:write")
    with transaction.atomic():
        run = run_of(access)
        if run is None:
            return
        FirstRun.objects.filter(pk=run.pk).update(removed_at=clock.now(), due_at=None)
        if run.campaign is not None:
            archiving.set_archived(access, run.campaign, archived=True)
            for budget in _budgets(run):
                why = "The rehearsal is removed"
                budget_terms.change(access, budget, changes={"active": False}, reason=why)
        if run.client is not None:
            clients.change(access, run.client, profile=ProfileChange(archived=True))


def anything_due() -> bool:
    return FirstRun.objects.filter(due_at__lte=clock.now()).exists()


def go_on() -> None:
    """Do all steps that can be done now, of all rehearsals that are due."""
    due = FirstRun.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:20]):
        while _step(pk):
            pass


def _begun(access: Access) -> FirstRun:
    try:
        with transaction.atomic():
            return FirstRun.objects.create(
                workspace_id=access.workspace_id,
                mode=access.mode,
                due_at=clock.now(),
                started_by_id=access.user_id,
            )
    except IntegrityError:  # somebody pressed at the same moment
        return FirstRun.objects.within(access).get(removed_at=None)


def _step(pk: int) -> bool:
    """One step of one rehearsal; False where it has to wait, has ended, or is somebody else's."""
    rows = FirstRun.objects.select_related("campaign__centre", "campaign__brief", "client__centre")
    run = rows.filter(pk=pk, due_at__lte=clock.now()).first()
    if run is None:
        return False
    access = _access_of(run)
    if access is None:
        return _stopped(run, GONE)
    step = STEPS[run.step]
    if not step.ready(run):
        FirstRun.objects.filter(pk=pk, due_at__isnull=False).update(
            due_at=clock.now() + timedelta(seconds=LOOK_AGAIN_SECONDS)
        )
        return False
    try:
        return _done(run, access)
    except Refused as refused:
        return _stopped(run, refused.message)
    except BudgetExceeded as exceeded:
        return _stopped(run, str(exceeded))


def _done(run: FirstRun, access: Access) -> bool:
    """The step with its count. False where somebody else was faster, or it was the last."""
    last = run.step + 1 == len(STEPS)
    ends = {"due_at": None, "done_at": clock.now()} if last else {"due_at": clock.now()}
    with transaction.atomic():
        mine = FirstRun.objects.filter(pk=run.pk, step=run.step, due_at__isnull=False)
        if not mine.update(step=run.step + 1, **ends):
            return False
        STEPS[run.step].does(run, access)
        FirstRun.objects.filter(pk=run.pk).update(client=run.client, campaign=run.campaign)
    return not last


def _stopped(run: FirstRun, reason: str) -> bool:
    log.warning("first_run_stopped workspace=%s reason=%s", run.workspace_id, reason)
    FirstRun.objects.filter(pk=run.pk, due_at__isnull=False).update(due_at=None, reason=reason)
    return False


def _access_of(run: FirstRun) -> Access | None:
    """Who started it, with the role that they have now."""
    if run.started_by_id is None:
        return None
    rows = Membership.objects.filter(workspace_id=run.workspace_id, user_id=run.started_by_id)
    place = rows.filter(workspace__closed_at=None).first()
    if place is None:
        return None
    return Access(
        workspace_id=run.workspace_id,
        mode=Mode(run.mode),
        role=Role(place.role),
        user_id=run.started_by_id,
    )


def _budgets(run: FirstRun) -> list[Budget]:
    centre = run.campaign.centre_id if run.campaign else None
    return list(Budget.objects.filter(cost_centre_id=centre, active=True)) if centre else []
