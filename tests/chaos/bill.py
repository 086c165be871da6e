"""What a cancelled task has cost, where nobody can look at it any more: the month's bill tells.

Runway deletes what is cancelled, and gives credits back for what had not begun. Whether it had is
known as of the look before, so such a cost is booked as provisional, and a person takes over what
the bill says of it. Everything else in the ledger must agree with the bill by itself.
"""

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from generation import clock
from generation.choices import AttemptState
from generation.models import LedgerLine, StatementSource
from generation.money import corrections
from generation.money.bill_sources import BillAsk, import_bill
from generation.money.reconcile import reconcile


def true_up() -> int:
    """Take over what the sandbox's bill says of provisional costs. Returns of how many."""
    month, trued = clock.now().date().replace(day=1), 0
    for workspace in Workspace.objects.filter(pk__in=LedgerLine.objects.values("workspace_id")):
        access = Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER)
        import_bill(access, BillAsk(source=StatementSource.SANDBOX, month=month))
        for off in reconcile(access, month=month).open:
            if _nobody_could_look(off.task_id):
                corrections.accept(
                    access,
                    month=month,
                    subject=off.subject,
                    reason="The bill tells what nobody could look up.",
                    by="chaos",
                )
                trued += 1
    return trued


def _nobody_could_look(task_id: str) -> bool:
    """Whether the task was deleted at our wish, where a cancel does that; any other guess in the
    ledger has to be right."""
    lines = LedgerLine.objects.filter(task_id=task_id, provisional=True).exclude(task_id="")
    deleted = lines.filter(
        attempt__state=AttemptState.CANCELLED,
        attempt__cancel_sent_at__isnull=False,
        attempt__leg__cancel="immediate",
    )
    return deleted.exists()
