from django.urls import path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from generation.api.views.approvals import ApprovalRecord, Approvals, Approve, Refuse
from generation.api.views.batch_import import BatchImport
from generation.api.views.batches import (
    BatchCancel,
    Batches,
    BatchGenerate,
    BatchRecord,
    BatchRetryFailed,
)
from generation.api.views.budgets import BudgetPreview, BudgetRecord, Budgets
from generation.api.views.client_costs import ClientCostsRecord
from generation.api.views.download import BatchDownload
from generation.api.views.files import AssetRecord, Uploads
from generation.api.views.insight import Insight, PolicyReplay
from generation.api.views.issued import ClientStatements, IssuedCsv, IssuedPdf, IssuedRecord
from generation.api.views.job_list import Jobs
from generation.api.views.jobs import Cancel, Generate, JobRecord, JobStatus, Promote, Retry
from generation.api.views.ledger import Ledger, LedgerCsv, LedgerXlsx
from generation.api.views.market import EstimateCost, Providers
from generation.api.views.prices import PriceApproval, PriceRefusal, Prices
from generation.api.views.queue import (
    BatchHold,
    BatchResume,
    Hold,
    Prioritise,
    Queue,
    QueuePauseDoor,
    QueueResume,
    Resume,
)
from generation.api.views.quotes import MakeQuote, QuoteRecord
from generation.api.views.reconciliation import Bills, Differences, Months, Reconcile
from generation.api.views.statements import (
    CostCentres,
    RateCards,
    Statement,
    StatementCsv,
    StatementPdf,
)
from generation.api.views.webhooks import (
    WebhookDeliveries,
    WebhookEndpointRecord,
    WebhookEndpoints,
    WebhookReplay,
    WebhookSecret,
    WebhookTest,
)


class PublicId:
    """What an id may look like; anything else is at no address at all."""

    regex = "[A-Za-z0-9_-]{1,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicId, "uid")

app_name = "api"
urlpatterns = [
    path("ai-video/generate", Generate.as_view(), name="generate"),
    path("ai-video/status/<uid:job_id>", JobStatus.as_view(), name="status"),
    path("ai-video/cancel/<uid:job_id>", Cancel.as_view(), name="cancel"),
    path("ai-video/batch-generate", BatchGenerate.as_view(), name="batch-generate"),
    path("ai-video/batch-import", BatchImport.as_view(), name="batch-import"),
    path("ai-video/quote", MakeQuote.as_view(), name="quote"),
    path("ai-video/quotes/<uid:quote_id>", QuoteRecord.as_view(), name="quote-record"),
    path("ai-video/batches", Batches.as_view(), name="batches"),
    path("ai-video/providers", Providers.as_view(), name="providers"),
    path("ai-video/estimate-cost", EstimateCost.as_view(), name="estimate-cost"),
    path("ai-video/jobs", Jobs.as_view(), name="jobs"),
    path("ai-video/jobs/<uid:job_id>", JobRecord.as_view(), name="job"),
    path("ai-video/jobs/<uid:job_id>/retry", Retry.as_view(), name="retry"),
    path("ai-video/jobs/<uid:job_id>/promote", Promote.as_view(), name="promote"),
    path("ai-video/jobs/<uid:job_id>/hold", Hold.as_view(), name="hold"),
    path("ai-video/jobs/<uid:job_id>/resume", Resume.as_view(), name="resume"),
    path("ai-video/jobs/<uid:job_id>/prioritise", Prioritise.as_view(), name="prioritise"),
    path("ai-video/queue", Queue.as_view(), name="queue"),
    path("ai-video/queue/pause", QueuePauseDoor.as_view(), name="queue-pause"),
    path("ai-video/queue/resume", QueueResume.as_view(), name="queue-resume"),
    path("ai-video/batches/<uid:batch_id>/hold", BatchHold.as_view(), name="batch-hold"),
    path("ai-video/batches/<uid:batch_id>/resume", BatchResume.as_view(), name="batch-resume"),
    path("ai-video/batches/<uid:batch_id>", BatchRecord.as_view(), name="batch"),
    path("ai-video/batches/<uid:batch_id>/cancel", BatchCancel.as_view(), name="batch-cancel"),
    path(
        "ai-video/batches/<uid:batch_id>/retry-failed",
        BatchRetryFailed.as_view(),
        name="batch-retry-failed",
    ),
    path(
        "ai-video/batches/<uid:batch_id>/download", BatchDownload.as_view(), name="batch-download"
    ),
    path("ai-video/uploads", Uploads.as_view(), name="uploads"),
    path("ai-video/assets/<uid:asset_id>", AssetRecord.as_view(), name="asset"),
    path("budgets", Budgets.as_view(), name="budgets"),
    path("budgets/<uid:budget_id>", BudgetRecord.as_view(), name="budget"),
    path("budgets/<uid:budget_id>/preview", BudgetPreview.as_view(), name="budget-preview"),
    path("approvals", Approvals.as_view(), name="approvals"),
    path("approvals/<uid:approval_id>", ApprovalRecord.as_view(), name="approval"),
    path("approvals/<uid:approval_id>/approve", Approve.as_view(), name="approve"),
    path("approvals/<uid:approval_id>/refuse", Refuse.as_view(), name="refuse"),
    path("ledger", Ledger.as_view(), name="ledger"),
    path("ledger.csv", LedgerCsv.as_view(), name="ledger-csv"),
    path("ledger.xlsx", LedgerXlsx.as_view(), name="ledger-xlsx"),
    path("reconciliation", Reconcile.as_view(), name="reconciliation"),
    path("differences", Differences.as_view(), name="differences"),
    path("bills", Bills.as_view(), name="bills"),
    path("months", Months.as_view(), name="months"),
    path("cost-centres", CostCentres.as_view(), name="cost-centres"),
    path("clients/<uid:client_id>/rate-cards", RateCards.as_view(), name="rate-cards"),
    path("clients/<uid:client_id>/costs", ClientCostsRecord.as_view(), name="client-costs"),
    path("clients/<uid:client_id>/statement", Statement.as_view(), name="statement"),
    path("clients/<uid:client_id>/statement.csv", StatementCsv.as_view(), name="statement-csv"),
    path("clients/<uid:client_id>/statement.pdf", StatementPdf.as_view(), name="statement-pdf"),
    path("clients/<uid:client_id>/statements", ClientStatements.as_view(), name="statements"),
    path("statements/<uid:number>", IssuedRecord.as_view(), name="issued"),
    path("statements/<uid:number>.csv", IssuedCsv.as_view(), name="issued-csv"),
    path("statements/<uid:number>.pdf", IssuedPdf.as_view(), name="issued-pdf"),
    path("insight", Insight.as_view(), name="insight"),
    path("replay", PolicyReplay.as_view(), name="replay"),
    path("prices", Prices.as_view(), name="prices"),
    path(
        "prices/proposals/<uid:proposal_id>/approve", PriceApproval.as_view(), name="price-approve"
    ),
    path("prices/proposals/<uid:proposal_id>/refuse", PriceRefusal.as_view(), name="price-refuse"),
    path("webhook-endpoints", WebhookEndpoints.as_view(), name="webhook-endpoints"),
    path(
        "webhook-endpoints/<uid:endpoint_id>",
        WebhookEndpointRecord.as_view(),
        name="webhook-endpoint",
    ),
    path(
        "webhook-endpoints/<uid:endpoint_id>/rotate-secret",
        WebhookSecret.as_view(),
        name="webhook-rotate",
    ),
    path("webhook-endpoints/<uid:endpoint_id>/test", WebhookTest.as_view(), name="webhook-test"),
    path(
        "webhook-endpoints/<uid:endpoint_id>/deliveries",
        WebhookDeliveries.as_view(),
        name="webhook-deliveries",
    ),
    path(
        "webhook-deliveries/<uid:delivery_id>/replay",
        WebhookReplay.as_view(),
        name="webhook-replay",
    ),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]
