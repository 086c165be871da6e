"""Templates put to use: text and price at every provider, clips, shots, and what came of them."""

from dataclasses import replace

import pytest

from campaigns import clients, judging, products
from campaigns.clients import KitChange
from campaigns.models import Shot, TemplateUse
from campaigns.products import ProductChange
from campaigns.prompts.library import figures, into_shots, versions
from campaigns.prompts.library.content import read_content
from campaigns.prompts.library.figures import Figures
from campaigns.prompts.library.rendering import ValuesRefused
from campaigns.prompts.library.sunset import sunsets
from campaigns.prompts.library.using import Filling, generate, preview
from campaigns.sources import stale
from campaigns.sources import versions as sources_now
from campaigns.storyboard import Locked
from generation import clock
from generation.asks import Refused
from generation.models import Job, LedgerLine
from providers.market import market
from providers.types import Tier
from tests.campaigns.footing import failed, finished, shot_of, take_of
from tests.campaigns.library.conftest import TOLD

pytestmark = pytest.mark.usefixtures("shop")
CUP = Filling(values={"product": "the Aster cup"})


def nothing_made() -> bool:
    return not (Job.objects.exists() or TemplateUse.objects.exists() or LedgerLine.objects.exists())


def test_the_text_of_every_provider(access, version):
    told = preview(access, version, CUP)
    said = {
        one.rendered.provider: (one.rendered.source, one.rendered.prompt) for one in told.providers
    }
    assert said["pika"] == ("own", "the Aster cup on a wooden table, #FFB224, soft window light")
    assert said["kling"] == (
        "as_written",
        "Close-up of the Aster cup on a wooden table, #FFB224 drop, soft window light,"
        " slow push in.",
    )
    assert said["runway"][0] == said["sora"][0] == "optimised"
    assert said["runway"][1].startswith("Slow push in. Close-up of the Aster cup")
    assert said["sora"][1].startswith("Shot: ")
    assert told.route is not None
    assert told.ask.prompt == said[told.route.legs[0].provider][1]
    assert nothing_made()


def test_the_price_is_that_of_the_terms(access, version):
    told = preview(access, version, CUP)
    prices = {one.rendered.provider: one.price_micros for one in told.providers}
    assert prices[told.route.legs[0].provider] == told.route.likely_micros
    dearer = preview(access, version, replace(CUP, tier=Tier.HIGH, seconds=10))
    assert dearer.route.likely_micros > told.route.likely_micros
    assert (dearer.ask.seconds, dearer.ask.tier, dearer.ask.ratio) == (10, Tier.HIGH, "1:1")


def test_the_brand_kit_gives_defaults_and_binds(access, client, version):
    kit = KitChange(defaults={"surface": "raw linen"}, locked_phrases=("stunning",))
    clients.change(access, client, kit=kit)
    told = preview(
        access, version, Filling(values={"product": "a stunning cup"}, client=client.uid)
    )
    assert told.values.by_name["surface"] == "raw linen"
    assert told.values.from_brand == {"surface"}
    assert "stunning" in told.ask.prompt


def test_a_product_by_its_id(access, client, version):
    product = products.create(access, ProductChange(name="Stunning Aster"), client=client)
    told = preview(access, version, Filling(values={"product": product.uid}))
    assert "Stunning Aster" in told.first.prompt  # a name comes out as it is
    with pytest.raises(ValuesRefused) as refused:
        preview(access, version, Filling(values={"product": "prod_none"}))
    assert refused.value.field == "values.product"


def test_a_clip_remembers_its_version_and_values(access, template, version, campaign):
    job = generate(access, version, replace(CUP, campaign=campaign.uid))
    use = TemplateUse.objects.get(job=job)
    assert (use.version, use.values["product"], use.values["surface"]) == (
        version,
        "the Aster cup",
        "a wooden table",
    )
    versions.publish(access, versions.save_draft(access, template, read_content({"body": "New."})))
    use.refresh_from_db()
    assert (use.version.number, use.version.body) == (1, TOLD["body"])
    assert Job.objects.get().prompt == job.prompt


def test_refusals_make_nothing(access, template, version):
    with pytest.raises(ValuesRefused) as refused:
        generate(access, version, Filling(values={"colour": "#12", "tint": "x"}))
    assert set(refused.value.errors) == {"product", "colour", "tint"}
    for filling, field in (
        (replace(CUP, client="cc_none"), "client"),
        (replace(CUP, campaign="cc_none"), "campaign"),
        (replace(CUP, seconds=99), "duration"),
    ):
        with pytest.raises(Refused) as refused:
            generate(access, version, filling)
        assert refused.value.field == field
    draft = versions.save_draft(access, template, read_content(TOLD))
    draft.template = template
    with pytest.raises(Refused) as refused:
        generate(access, draft, CUP)
    assert refused.value.code == "not_published"
    assert nothing_made()


def test_a_shot_is_pinned_and_marked_when_the_template_moves_on(
    access, campaign, template, version
):
    shot = into_shots.add_shot(access, campaign, version, CUP)
    assert (shot.role, shot.seconds, shot.tier) == ("product", 5, "draft")
    assert (shot.template_version, shot.template_values["product"]) == (version, "the Aster cup")
    assert shot.made_of[f"template:{template.uid}"] == 1
    assert stale(shot.made_of, current=sources_now(campaign)) == ()
    take = take_of(access, shot)
    assert TemplateUse.objects.get(job=take.job).version == version
    versions.publish(access, versions.save_draft(access, template, read_content({"body": "New."})))
    [mark] = stale(shot.made_of, current=sources_now(campaign))
    assert (mark.name, mark.was, mark.now) == ("The template Still", 1, 2)


def test_a_shot_takes_the_words_and_keeps_its_terms(access, campaign, version):
    shot = shot_of(campaign, seconds=7, tier="high", ratio="9:16")
    into_shots.put_into(access, shot, version, CUP)
    shot.refresh_from_db()
    assert "the Aster cup" in shot.prompt
    assert (shot.seconds, shot.tier, shot.ratio, shot.template_version) == (
        7,
        "high",
        "9:16",
        version,
    )


def test_a_locked_shot_stays(access, campaign, version):
    shot = shot_of(campaign, locked=True)
    with pytest.raises(Locked):
        into_shots.put_into(access, shot, version, CUP)
    assert Shot.objects.get().template_version is None


def test_figures(access, campaign, template, version, django_assert_num_queries):
    shot = into_shots.add_shot(access, campaign, version, CUP)
    good, bad, refused = (take_of(access, shot) for _ in range(3))
    finished(good, cost_micros=100_000)
    finished(bad, cost_micros=60_000)
    failed(refused, error="refused", cost_micros=20_000)
    good.refresh_from_db()
    judging.pick(access, good)
    generate(access, version, CUP)
    with django_assert_num_queries(1):
        told = figures.of_templates([template])[template.pk]
    assert told == Figures(
        uses=4, takes=3, accepted=1, refused=1, spent_micros=180_000, take_micros=180_000
    )
    assert (told.per_accepted_micros, told.accept_share) == (180_000, 33)
    with django_assert_num_queries(1):
        [row] = figures.by_version(template)
    assert (row.name, row.figures) == ("Version 1", told)
    with django_assert_num_queries(1):
        rows = figures.by_provider(template)
    assert sum(row.figures.uses for row in rows) == 4
    with django_assert_num_queries(2):
        shown = figures.examples([template])
    assert shown[template.pk].startswith("/media/")


@pytest.mark.parametrize(
    ("catalogue", "words"), [("2026-11", "is retired since 2026-09-24"), ("2025-seed", "limited")]
)
def test_the_end_of_a_provider_is_told(access, settings, catalogue, words):
    settings.CATALOGUE_TEST = catalogue
    content = read_content(
        {**TOLD, "renderings": {"sora": "{product} {surface} {colour} {light} {extra}"}}
    )
    [one] = sunsets(content, trade=market(access.mode, now=clock.now()))
    assert (one.provider, one.gone) == ("sora", catalogue == "2026-11")
    assert words in one.words
