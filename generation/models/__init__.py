from generation.models.approval import ApprovalRequest, ApprovalState
from generation.models.asset import Asset
from generation.models.attempt import (
    ONE_LIVE_ATTEMPT,
    ONE_OPEN_MATCH_KEY,
    Attempt,
    LearnedFrom,
    ProviderTask,
)
from generation.models.batch import Batch
from generation.models.budget import (
    Budget,
    BudgetAlert,
    BudgetKind,
    BudgetPeriod,
    PeriodKind,
)
from generation.models.client_terms import CardKind, RateCard
from generation.models.cost_centre import CentreKind, CostCentre
from generation.models.door import Heartbeat, IdempotentAnswer, ReceivedCallback
from generation.models.event import Event
from generation.models.issued_statement import (
    FileEnding,
    IssuedFile,
    IssuedLine,
    IssuedStatement,
    IssueKind,
)
from generation.models.job import Job
from generation.models.job_sums import JobMark, JobSum
from generation.models.lane import LaneTurn, QueuePause
from generation.models.ledger import LedgerBudget, LedgerLine
from generation.models.ledger_sum import LedgerSum, LedgerSummed
from generation.models.matched_month import MatchedMonth
from generation.models.money_check import MoneyCheck
from generation.models.notice import Notice
from generation.models.provider_day import ProviderDay, TriesSummed
from generation.models.quote import Quote, QuoteKind
from generation.models.rollup import DailyRollup, DaysOver, DaySum
from generation.models.statement import (
    DecisionKind,
    Grain,
    PeriodClose,
    Statement,
    StatementDecision,
    StatementLine,
    StatementSource,
)
from generation.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "ONE_LIVE_ATTEMPT",
    "ONE_OPEN_MATCH_KEY",
    "ApprovalRequest",
    "ApprovalState",
    "Asset",
    "Attempt",
    "Batch",
    "Budget",
    "BudgetAlert",
    "BudgetKind",
    "BudgetPeriod",
    "CardKind",
    "CentreKind",
    "CostCentre",
    "DailyRollup",
    "DaySum",
    "DaysOver",
    "DecisionKind",
    "Event",
    "FileEnding",
    "Grain",
    "Heartbeat",
    "IdempotentAnswer",
    "IssueKind",
    "IssuedFile",
    "IssuedLine",
    "IssuedStatement",
    "Job",
    "JobMark",
    "JobSum",
    "LaneTurn",
    "LearnedFrom",
    "LedgerBudget",
    "LedgerLine",
    "LedgerSum",
    "LedgerSummed",
    "MatchedMonth",
    "MoneyCheck",
    "Notice",
    "PeriodClose",
    "PeriodKind",
    "ProviderDay",
    "ProviderTask",
    "QueuePause",
    "Quote",
    "QuoteKind",
    "RateCard",
    "ReceivedCallback",
    "Statement",
    "StatementDecision",
    "StatementLine",
    "StatementSource",
    "TriesSummed",
    "WebhookEndpoint",
]
