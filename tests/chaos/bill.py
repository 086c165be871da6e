"""What a cancelled task has cost, where nobody can look at it any more: the month's bill tells.

Runway deletes what is cancelled, and gives credits back for what had not begun. Whether it had is
known as of the look before, so such a cost is booked as provisional, and a person takes over what
the bill says of it. Everything else in the ledger must agree with the bill by itself.
"""

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from generation import clock
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
            if LedgerLine.objects.filter(task_id=off.task_id or "-", provisional=True).exists():
                corrections.accept(
                    access,
                    month=month,
                    subject=off.subject,
                    reason="The bill tells what nobody could look up.",
                    by="chaos",
                )
                trued += 1
    return trued
