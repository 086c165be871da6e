from django.urls import path

import generation.api.urls  # noqa: F401 - registers the converter `uid`
from campaigns.api.views.briefs import BriefRecord
from campaigns.api.views.campaigns import CampaignRecord, Campaigns
from campaigns.api.views.clients import ClientRecord, Clients
from campaigns.api.views.drafts import Drafts, StoryboardQuote
from campaigns.api.views.finals import Finals
from campaigns.api.views.made import (
    MadeAssets,
    MadeBRoll,
    MadeMissingBRoll,
    MadeProductAnimation,
    MadeTransitions,
    MadeVariants,
)
from campaigns.api.views.plans import PlanDoor
from campaigns.api.views.products import (
    ProductPhotoRecord,
    ProductPhotos,
    ProductRecord,
    Products,
)
from campaigns.api.views.prompts import OptimisePrompt, ReviewPrompts
from campaigns.api.views.rehearsal import Rehearsal, RepeatLive
from campaigns.api.views.results import Results
from campaigns.api.views.shots import (
    ShotDuplicate,
    ShotRecord,
    Shots,
    ShotsOrder,
    ShotSplit,
)
from campaigns.api.views.takes import ShotTakes, TakePromote, TakeRecord, Takes
from campaigns.api.views.template_use import (
    PromptTemplateGenerate,
    PromptTemplateRender,
    PromptTemplateShots,
)
from campaigns.api.views.templates import (
    PromptTemplateExport,
    PromptTemplateFork,
    PromptTemplateImport,
    PromptTemplatePublish,
    PromptTemplateRecord,
    PromptTemplates,
    PromptTemplateVersions,
)
from campaigns.api.views.variants import ShotVariants

app_name = "campaigns_api"
urlpatterns = [
    path("clients", Clients.as_view(), name="clients"),
    path("clients/<uid:client_id>", ClientRecord.as_view(), name="client"),
    path("products", Products.as_view(), name="products"),
    path("products/<uid:product_id>", ProductRecord.as_view(), name="product"),
    path("products/<uid:product_id>/photos", ProductPhotos.as_view(), name="product-photos"),
    path(
        "products/<uid:product_id>/photos/<uid:asset_id>",
        ProductPhotoRecord.as_view(),
        name="product-photo",
    ),
    path("campaigns", Campaigns.as_view(), name="campaigns"),
    # Before the records: what is one word of ours is no id.
    path("campaigns/b-roll", MadeBRoll.as_view(), name="made-b-roll"),
    path("campaigns/missing-b-roll", MadeMissingBRoll.as_view(), name="made-missing-b-roll"),
    path("campaigns/product-animation", MadeProductAnimation.as_view(), name="made-product"),
    path("campaigns/assets", MadeAssets.as_view(), name="made-assets"),
    path("campaigns/variants", MadeVariants.as_view(), name="made-variants"),
    path("campaigns/transitions", MadeTransitions.as_view(), name="made-transitions"),
    path("campaigns/<uid:campaign_id>", CampaignRecord.as_view(), name="campaign"),
    path("campaigns/<uid:campaign_id>/brief", BriefRecord.as_view(), name="brief"),
    path("campaigns/<uid:campaign_id>/plan", PlanDoor.as_view(), name="plan"),
    path("campaigns/<uid:campaign_id>/shots", Shots.as_view(), name="shots"),
    path("campaigns/<uid:campaign_id>/shots/order", ShotsOrder.as_view(), name="shots-order"),
    path("campaigns/<uid:campaign_id>/quote", StoryboardQuote.as_view(), name="storyboard-quote"),
    path("campaigns/<uid:campaign_id>/drafts", Drafts.as_view(), name="drafts"),
    path("shots/<uid:shot_id>", ShotRecord.as_view(), name="shot"),
    path("shots/<uid:shot_id>/split", ShotSplit.as_view(), name="shot-split"),
    path("shots/<uid:shot_id>/duplicate", ShotDuplicate.as_view(), name="shot-duplicate"),
    path("campaigns/<uid:campaign_id>/takes", Takes.as_view(), name="takes"),
    path("campaigns/<uid:campaign_id>/finals", Finals.as_view(), name="finals"),
    path("campaigns/<uid:campaign_id>/rehearsal", Rehearsal.as_view(), name="rehearsal"),
    path("campaigns/<uid:campaign_id>/repeat-live", RepeatLive.as_view(), name="repeat-live"),
    path("campaigns/<uid:campaign_id>/results", Results.as_view(), name="results"),
    path("shots/<uid:shot_id>/takes", ShotTakes.as_view(), name="shot-takes"),
    path("shots/<uid:shot_id>/variants", ShotVariants.as_view(), name="shot-variants"),
    path("takes/<uid:take_id>", TakeRecord.as_view(), name="take"),
    path("takes/<uid:take_id>/promote", TakePromote.as_view(), name="take-promote"),
    path("prompts/review", ReviewPrompts.as_view(), name="prompts-review"),
    path("prompts/optimise", OptimisePrompt.as_view(), name="prompts-optimise"),
    path("prompt-templates", PromptTemplates.as_view(), name="templates"),
    path("prompt-templates/import", PromptTemplateImport.as_view(), name="template-import"),
    path("prompt-templates/<uid:template_id>", PromptTemplateRecord.as_view(), name="template"),
    path(
        "prompt-templates/<uid:template_id>/versions",
        PromptTemplateVersions.as_view(),
        name="template-versions",
    ),
    path(
        "prompt-templates/<uid:template_id>/versions/<uid:number>/publish",
        PromptTemplatePublish.as_view(),
        name="template-publish",
    ),
    path(
        "prompt-templates/<uid:template_id>/render",
        PromptTemplateRender.as_view(),
        name="template-render",
    ),
    path(
        "prompt-templates/<uid:template_id>/generate",
        PromptTemplateGenerate.as_view(),
        name="template-generate",
    ),
    path(
        "prompt-templates/<uid:template_id>/shots",
        PromptTemplateShots.as_view(),
        name="template-shots",
    ),
    path(
        "prompt-templates/<uid:template_id>/fork",
        PromptTemplateFork.as_view(),
        name="template-fork",
    ),
    path(
        "prompt-templates/<uid:template_id>/export",
        PromptTemplateExport.as_view(),
        name="template-export",
    ),
]
