"""Results of ads from a CSV: whole or not at all, and the same file twice changes nothing."""

import pytest

from accounts.models import AuditEntry
from campaigns import opening
from campaigns.models import AdResult
from campaigns.winners.importing import BadResults, Imported, import_results
from campaigns.winners.report import placements, report
from campaigns.winners.verdicts import Measure
from generation.media import file_name
from tests.campaigns.footing import drafted, finished, reread, shot_of, take_of

HEAD = "take,placement,day,impressions,clicks,conversions,spend\n"


@pytest.fixture
def takes(shop, access, campaign):
    shot = shot_of(campaign)
    return [drafted(access, shot), drafted(access, shot)]


def rows_of(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def test_rows_name_takes_by_id_or_file_and_are_summed(access, campaign, takes):
    one, two = takes
    named = file_name(two.job.assets.get())
    done = import_results(
        access,
        campaign,
        rows_of(
            f"{one.uid},Reels,2026-11-01,1000,20,2,12.50",
            f"{one.uid},Stories,2026-11-01,500,10,1,5",
            f'{named},Reels,2026-11-01,"1,500",45,9,$20.00',
        ),
        source="meta.csv",
    )
    assert done == Imported(added=3, changed=0, unchanged=0)
    [shot] = report(campaign).shots
    assert [(t.take.uid, t.impressions, t.clicks, t.conversions) for t in shot.takes] == [
        (one.uid, 1500, 30, 3),
        (two.uid, 1500, 45, 9),
    ]
    assert report(campaign).spend_micros == 37_500_000
    assert placements(campaign) == ["Reels", "Stories"]
    assert report(campaign, placement="Stories").shots[0].takes[0].impressions == 500
    assert AuditEntry.objects.filter(action="results.import").count() == 1


def test_the_same_again_changes_nothing_and_other_figures_replace(access, campaign, takes):
    content = rows_of(
        f"{takes[0].uid},,2026-11-01,1000,20,2,1", f"{takes[1].uid},,2026-11-01,9,1,0,0"
    )
    import_results(access, campaign, content)
    before = list(AdResult.objects.order_by("pk").values_list("pk", "clicks", "imported_at"))
    assert import_results(access, campaign, content) == Imported(added=0, changed=0, unchanged=2)
    assert (
        list(AdResult.objects.order_by("pk").values_list("pk", "clicks", "imported_at")) == before
    )
    later = rows_of(
        f"{takes[0].uid},,2026-11-01,1000,25,2,1", f"{takes[0].uid},,2026-11-02,7,1,0,0"
    )
    assert import_results(access, campaign, later) == Imported(added=1, changed=1, unchanged=0)
    assert list(AdResult.objects.order_by("day", "pk").values_list("clicks", flat=True)) == [
        25,
        1,
        1,
    ]


BAD = {
    "take_0000,,2026-11-01,10,1,0,0": ("take", "names no take of the campaign"),
    "{take},,1 Nov,10,1,0,0": ("day", "Write 2026-11-30"),
    "{take},,2031-01-01,10,1,0,0": ("day", "not a day up to today"),
    "{take},,2026-11-01,ten,1,0,0": ("impressions", "no whole number"),
    "{take},,2026-11-01,10,11,0,0": ("clicks", "11 clicks of 10 impressions"),
    "{take},,2026-11-01,10,2,3,0": ("conversions", "Count those after a click"),
    "{take},,2026-11-01,10,2,1,-4": ("spend", "out of bounds"),
    "{take},,2026-11-01,10,2,1": ("take", "The row has 6 cells, the heading 7"),
}


def test_every_bad_cell_is_named_and_nothing_is_taken_in(access, campaign, takes):
    good = f"{takes[0].uid},,2026-11-03,10,1,0,0"
    lines = [line.format(take=takes[0].uid) for line in BAD]
    with pytest.raises(BadResults) as bad:
        import_results(access, campaign, rows_of(good, *lines, good))
    faults = bad.value.faults
    assert [fault.row for fault in faults] == [*range(3, 3 + len(BAD)), 3 + len(BAD)]
    for fault, (column, words) in zip(
        faults, [*BAD.values(), ("take", "Row 2 has the same")], strict=True
    ):
        assert fault.column == column
        assert words in fault.detail
    assert not AdResult.objects.exists()
    assert not AuditEntry.objects.filter(action="results.import").exists()


@pytest.mark.parametrize(
    ("content", "column", "words"),
    [
        (b"", "file", "a heading and at least one row"),
        (b"\xff\xfe", "file", "not UTF-8"),
        (b"take,day,clicks\nx,y,1", "impressions", "is missing"),
        (b"take,day,impressions,clicks,spent\nx,y,1,1,1", "spent", "Did you mean spend"),
        (b"take,day,impressions,clicks,take\nx,y,1,1,x", "take", "stands twice"),
        (b"take,day,impressions,clicks,currency\nx,y,1,1,EUR", "take", "names no take"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(access, campaign, takes, content, column, words):
    with pytest.raises(BadResults) as bad:
        import_results(access, campaign, content)
    assert (bad.value.faults[0].column, words in bad.value.faults[0].detail) == (column, True)


def test_other_currencies_are_never_added_to_dollars(access, campaign, takes):
    content = f"take;day;impressions;clicks;currency\n{takes[0].uid};2026-11-01;5;1;EUR".encode()
    with pytest.raises(BadResults) as bad:
        import_results(access, campaign, content)
    assert bad.value.faults[0].column == "currency"


def test_another_campaigns_take_is_not_there(access, campaign, takes):
    other = opening.open_campaign(access, name="Autumn")
    with pytest.raises(BadResults):
        import_results(access, other, rows_of(f"{takes[0].uid},,2026-11-01,10,1,0,0"))
    assert not AdResult.objects.exists()


def test_a_winner_is_called_and_costs_what_all_takes_cost(access, campaign, takes):
    spare = take_of(access, takes[0].shot)
    finished(spare, cost_micros=250_000)
    import_results(
        access,
        campaign,
        rows_of(
            f"{takes[0].uid},,2026-11-01,10000,200,20,10",
            f"{takes[1].uid},,2026-11-01,10000,300,90,10",
        ),
    )
    told = report(campaign)
    [shot] = told.shots
    assert shot.rulings[Measure.CLICKS].winner == 1
    assert shot.winner.take.uid == takes[1].uid
    assert told.winners == 1
    assert told.made_micros == told.winner_micros == 450_000


def test_reading_asks_the_same_number_of_questions(
    access, campaign, takes, django_assert_num_queries
):
    import_results(access, campaign, rows_of(f"{takes[0].uid},,2026-11-01,10,1,0,0"))
    with django_assert_num_queries(3):
        report(campaign)
    more = [reread(drafted(access, shot_of(campaign, position=at))) for at in (2, 3)]
    lines = [f"{take.uid},,2026-11-0{day},10,1,0,0" for take in more for day in (1, 2)]
    import_results(access, campaign, rows_of(*lines))
    with django_assert_num_queries(3):
        report(campaign)
