"""Each budget's own stretch of time becomes its first period, and its lines point there.

The lines' table is append-only, so its triggers are lifted for this one step.
"""

from datetime import timedelta

from django.db import migrations

from generation.migrations._append_only import guard, lift

LINKS = "generation_ledgerbudget"


def forwards(apps, editor):
    Budget = apps.get_model("generation", "Budget")
    BudgetPeriod = apps.get_model("generation", "BudgetPeriod")
    LedgerBudget = apps.get_model("generation", "LedgerBudget")
    lift(editor, LINKS)
    for budget in Budget.objects.order_by("pk"):
        # Until now the end was the first day after; from here on it is the last day itself.
        budget.ends_on = budget.ends_on - timedelta(days=1) if budget.ends_on else None
        budget.period = "custom" if budget.ends_on else "lifetime"
        budget.save(update_fields=["ends_on", "period"])
        period = BudgetPeriod.objects.create(
            workspace_id=budget.workspace_id,
            mode=budget.mode,
            budget=budget,
            starts_on=budget.starts_on,
            ends_on=budget.ends_on,
            hard=budget.hard,
            limit_micros=budget.limit_micros,
            held_micros=budget.held_micros,
            spent_micros=budget.spent_micros,
            next_alert_micros=_next_alert(budget),
        )
        LedgerBudget.objects.filter(budget_id=budget.pk).update(period_id=period.pk)
    guard(editor, LINKS)


def backwards(apps, editor):
    """Only a budget with a single period fits into the old columns; more would lose money."""
    Budget = apps.get_model("generation", "Budget")
    BudgetPeriod = apps.get_model("generation", "BudgetPeriod")
    LedgerBudget = apps.get_model("generation", "LedgerBudget")
    lift(editor, LINKS)
    for budget in Budget.objects.order_by("pk"):
        periods = list(BudgetPeriod.objects.filter(budget=budget))
        if len(periods) > 1:
            raise ValueError(f"Budget {budget.uid} has {len(periods)} periods by now.")
        for period in periods:
            budget.held_micros, budget.spent_micros = period.held_micros, period.spent_micros
            LedgerBudget.objects.filter(period_id=period.pk).update(budget_id=budget.pk)
        budget.ends_on = budget.ends_on + timedelta(days=1) if budget.ends_on else None
        budget.save(update_fields=["held_micros", "spent_micros", "ends_on"])
    LedgerBudget.objects.update(period_id=None)
    BudgetPeriod.objects.all().delete()
    guard(editor, LINKS)


def _next_alert(budget):
    used = budget.held_micros + budget.spent_micros
    lines = (max(1, -(-budget.limit_micros * share // 100)) for share in budget.alert_shares)
    return min((line for line in lines if line > used), default=None)


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_budget_periods")]
    operations = [migrations.RunPython(forwards, backwards)]
