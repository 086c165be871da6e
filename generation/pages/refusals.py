"""Why a job could not be made, in words for the person in front of the page."""

from generation.asks import Refused
from generation.money.budgets import BudgetExceeded
from generation.pages.form import Wrong, wrong_field
from providers.micros import dollars

STILL_AT_WORK = "The first press of this button is still at work. Look at the queue in a moment."


def wrong_of(fault: Refused | BudgetExceeded) -> Wrong:
    if isinstance(fault, BudgetExceeded):
        return Wrong({"budget": budget_words(fault)})
    return wrong_field(fault)


def budget_words(fault: BudgetExceeded) -> str:
    return (
        f"The budget “{fault.budget_name}” has {dollars(fault.left_micros)} left; this clip needs"
        f" {dollars(fault.asked_micros)}. Nothing was started. Choose a cheaper tier, or ask an"
        " owner to raise the budget."
    )
