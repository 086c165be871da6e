"""Bodies and queries of reconciliation and of closing months."""

from generation.api.bodies.ledger import Month
from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, OneOf, Text
from generation.models import StatementSource
from generation.money.corrections import LONGEST_REASON
from providers.registry import ADAPTERS

STATES = ("open", "disputed")
DECISIONS = ("accept", "dispute")


class MonthBody(Body):
    month = Month(help_text="A month such as 2026-11, UTC.")


class MonthQuery(Body):
    month = Month(default=None, help_text="A month such as 2026-11, UTC; else the running one.")


class DifferencesQuery(MonthQuery, PageQuery):
    state = OneOf(choices=STATES, default="open")
    provider = OneOf(choices=list(ADAPTERS), default=None)


class ImportBody(MonthBody):
    """A bill. The sandbox's covers all providers; a CSV says whose it is, in `provider`."""

    source = OneOf(choices=StatementSource.values)  # type: ignore[assignment]
    provider = OneOf(choices=list(ADAPTERS), default=None)
    csv = Text(default="", help_text="The file's text, for the source csv.")
    file_name = Text(default="", max_length=200)


class DecisionBody(MonthBody):
    """`subject` as the difference has it: it names the amounts, so that a changed one is
    never decided by a page that shows the old."""

    subject = Text(max_length=200)
    decision = OneOf(choices=DECISIONS)
    reason = Text(max_length=LONGEST_REASON)


class CloseBody(MonthBody):
    override_reason = Text(
        default="", max_length=LONGEST_REASON, help_text="Only where something is still open."
    )
