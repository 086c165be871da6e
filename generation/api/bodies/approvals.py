"""The bodies and the query of the questions to the owners."""

from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, Dollars, OneOf, Text
from generation.models import ApprovalState
from generation.money.budget_terms import LONGEST_REASON


class ApprovalsQuery(PageQuery):
    state = OneOf(choices=ApprovalState.values, default=None)
    budget_id = Text(default="", max_length=64, help_text="Questions about this budget alone.")


class ApprovalBody(Body):
    budget_id = Text(max_length=64, help_text="The budget that refused something.")
    amount = Dollars(help_text="Dollars that are missing in it.")
    reason = Text(max_length=LONGEST_REASON, help_text="What for; the owners read it.")


class AnswerBody(Body):
    reason = Text(default="", max_length=LONGEST_REASON, help_text="Needed to refuse.")
