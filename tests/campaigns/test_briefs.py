"""Briefs: one version after another, nobody overwritten, contradictions refused, gaps counted."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.access import Access
from accounts.models import AuditEntry, Membership, Mode, Role, User
from campaigns import briefs, opening, products
from campaigns.briefs import BriefFields, Claim, Outdated
from campaigns.models import Brief, Campaign
from campaigns.products import ProductChange
from generation.asks import Refused
from generation.models import Job, LedgerLine

WHOLE = BriefFields(
    goal="Launch the bottle",
    audience="Hikers",
    message="Cold all day",
    must=("The logo on the cap", "A mountain"),
    never=("Plastic",),
    claims=(Claim(text="Cold for 24 h", proof="Lab test 2026-03"), Claim(text="Lightest")),
    markets=("DE",),
    placements=("Instagram Reels",),
    scenes=("Hands open the bottle at a summit",),
    b_roll_count=5,
    transition_count=3,
    with_hook=True,
    total_seconds=30,
    ratio="9:16",
    tier="high",
    rounds=2,
    deadline=date(2026, 12, 18),
    budget_micros=250_000_000,
)


@pytest.fixture
def brief(campaign: Campaign) -> Brief:
    return campaign.brief


def test_an_empty_brief_counts_its_gaps(brief):
    assert briefs.fields_of(brief) == BriefFields()
    gaps = [gap.field for gap in briefs.missing(briefs.fields_of(brief))]
    assert gaps == [question.field for question in briefs.QUESTIONS]


def test_a_whole_brief(access, campaign, brief):
    changed = briefs.change(access, campaign, WHOLE, version=1)
    brief.refresh_from_db()
    assert changed.version == brief.version == 2
    assert briefs.fields_of(brief) == WHOLE
    gaps = [(gap.field, gap.words) for gap in briefs.missing(WHOLE)]
    assert gaps == [
        ("products", "Which products it shows"),
        ("claims", "Proof for “Lightest”"),
    ]
    entry = AuditEntry.objects.get(action="brief.change")
    assert entry.after["deadline"] == "2026-12-18"
    assert "style" not in entry.after


def test_the_same_again_is_no_change(access, campaign):
    briefs.change(access, campaign, WHOLE, version=1)
    same = replace(WHOLE, goal=" Launch the bottle\r\n")
    assert briefs.change(access, campaign, same, version=2).version == 2
    assert AuditEntry.objects.filter(action="brief.change").count() == 1


def test_an_old_version_is_told_who_was_faster(access, campaign, workspace):
    user = User.objects.create_user("ben", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    ben = Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.CREATOR, user_id=user.pk)
    briefs.change(ben, campaign, BriefFields(goal="Ben’s goal"), version=1)
    with pytest.raises(Outdated) as outdated:
        briefs.change(access, campaign, WHOLE, version=1)
    assert (outdated.value.by, outdated.value.version) == ("ben", 2)
    assert briefs.fields_of(Brief.objects.get()) == BriefFields(goal="Ben’s goal")


def test_products_in_their_order(access, client, campaign):
    made = [products.create(access, ProductChange(name=n), client=client) for n in ("A", "B", "C")]
    own = products.create(access, ProductChange(name="Ours"), client=None)
    uids = tuple(one.uid for one in (made[2], own, made[0]))
    brief = briefs.change(access, campaign, BriefFields(products=uids), version=1)
    assert briefs.fields_of(brief).products == uids
    products.change(access, own, ProductChange(archived=True))  # what is in it stays in it
    turned = briefs.change(access, campaign, BriefFields(products=uids[::-1]), version=2)
    assert [product.name for product in briefs.products_of(turned)] == ["A", "Ours", "C"]
    assert briefs.fields_by_campaign([campaign])[campaign.pk].products == uids[::-1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (BriefFields(must=("The Logo",), never=("A car", "the logo")), "never"),
        (BriefFields(must=("",)), "must"),
        (BriefFields(must=("a", "a")), "must"),
        (BriefFields(goal="x" * 4001), "goal"),
        (BriefFields(claims=(Claim(text=" "),)), "claims"),
        (BriefFields(ratio="3:2"), "aspect_ratio"),
        (BriefFields(tier="best"), "quality"),
        (BriefFields(style="sepia"), "style"),
        (BriefFields(b_roll_count=101), "b_roll_count"),
        (BriefFields(total_seconds=2), "total_seconds"),
        (BriefFields(rounds=0), "rounds"),
        (BriefFields(deadline=date(1999, 12, 31)), "deadline"),
        (BriefFields(budget_micros=-1), "budget"),
        (BriefFields(products=("prod_none",)), "products"),
    ],
)
def test_refused_briefs_write_nothing(access, campaign, fields, field):
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        briefs.change(access, campaign, fields, version=1)
    assert refused.value.field == field
    assert Brief.objects.get().version == 1
    assert AuditEntry.objects.count() == entries
    assert Job.objects.count() == LedgerLine.objects.count() == 0


def test_products_of_others_and_archived_ones_are_refused(access, campaign):
    bolt = opening.open_client(access, name="Bolt")
    foreign = products.create(access, ProductChange(name="Torch"), client=bolt)
    away = products.create(access, ProductChange(name="Old"), client=None)
    products.change(access, away, ProductChange(archived=True))
    for product, words in ((foreign, "another client"), (away, "archived")):
        with pytest.raises(Refused, match=words):
            briefs.change(access, campaign, BriefFields(products=(product.uid,)), version=1)
    assert Brief.objects.get().version == 1
