"""Many rows at once: the same as one by one, with keys in order, and refused outside a cause."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from generation import batches, centres
from generation.asks import JobAsk
from generation.many_rows import FEW, build, insert, insert_plain, insert_unread
from generation.models import Asset, Attempt, Batch, Event, Job
from generation.one_trip import OneTrip
from providers.types import Tier

COUNT = FEW + 5


def jobs_for(access, count: int = COUNT, **more) -> list[Job]:
    centre = centres.root(access.workspace_id, mode=access.mode)
    batch = Batch.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        cost_centre=centre,
        total=count,
        estimated_micros=0,
    )
    legs = [{"provider": "pika", "price_micros": 1, "words": "Füße “so”, ’s {} % \\ \x7f"}]
    return [
        Job(
            workspace_id=access.workspace_id,
            mode=access.mode,
            cost_centre=centre,
            batch=batch,
            item_index=n,
            generation_mode="text_to_video",
            prompt=f"Shot {n}: 100 % “café” {{}} %s ? \\ '",
            seconds=5,
            tier="draft",
            ratio="16:9",
            seed=n if n % 2 else None,
            route=legs if n % 3 else [*legs, {"n": n}],
            metadata={"n": str(n)},
            estimated_micros=1,
            cap_micros=1,
            **more,
        )
        for n in range(count)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, FEW - 1, COUNT])
def test_what_was_put_in_comes_out(access, count):
    made = insert(jobs_for(access, count))
    kept = list(Job.objects.order_by("pk"))
    assert [job.pk for job in made] == [job.pk for job in kept]
    for one, other in zip(made, kept, strict=True):
        for field in Job._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname), field.name
    assert not any(job._state.adding for job in made)


@pytest.mark.django_db
def test_keys_go_on_from_there(access):
    first = insert(jobs_for(access))
    single = jobs_for(access, 1)[0]
    single.save()
    second = insert(jobs_for(access))
    keys = [job.pk for job in (*first, single, *second)]
    assert keys == sorted(set(keys))


@pytest.mark.django_db
def test_constraints_hold(access):
    twice = jobs_for(access)
    twice[-1].item_index = 0
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twice)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(jobs_for(access, state="completed"))
    if connection.vendor == "postgresql":
        with pytest.raises(DataError), transaction.atomic():
            insert(_too_long(access))
    assert Job.objects.count() == 0


def _too_long(access) -> list[Job]:
    jobs = jobs_for(access)
    for job in jobs:
        job.tier = "much too long"
    return jobs


@pytest.mark.django_db
def test_a_batch_is_whole(shop, access):
    asks = [JobAsk(prompt=f"Shot {n}", tier=Tier.DRAFT) for n in range(COUNT)]
    made = batches.create(access, asks, use_cost_optimization=False)
    kept = Attempt.objects.order_by("pk").select_related("job")
    assert [attempt.job.prompt for attempt in kept] == [ask.prompt for ask in asks]
    assert [job.route[0]["price_micros"] for job in made.jobs] == [100_000] * COUNT
    assert Event.objects.filter(kind="job.queued").count() == COUNT
    assert len({attempt.hook_token_hash for attempt in kept}) == COUNT


def events_of(access, count: int) -> list[dict[str, object]]:
    [job] = insert(jobs_for(access, 1))
    return [
        {
            "workspace_id": access.workspace_id,
            "mode": access.mode,
            "job_id": job.pk,
            "kind": "a thing",
            "data": {"n": n, "words": "“so” \\ %s"},
        }
        for n in range(count)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 2, COUNT])
def test_plain_rows_have_the_keys_that_are_given_back(access, count):
    rows = events_of(access, count)
    with transaction.atomic():
        keys = insert_plain(Event, rows)
    kept = Event.objects.order_by("pk")
    assert [(one.pk, one.data) for one in kept] == [
        (key, row["data"]) for key, row in zip(keys, rows, strict=True)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2, COUNT])
def test_what_a_model_makes_anew_for_each_row_is_made_for_each(access, count):
    rows = [{"workspace_id": access.workspace_id, "mode": "test", "kind": "picture"}] * count
    with transaction.atomic():
        insert_plain(Asset, rows)
    assert len(set(Asset.objects.values_list("uid", flat=True))) == count


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 2, COUNT])
def test_rows_whose_keys_nobody_reads_are_one_statement(access, count, django_assert_num_queries):
    rows = events_of(access, count)
    with transaction.atomic(), django_assert_num_queries(min(count, 1)):
        trip = OneTrip()
        insert_unread(Event, rows, trip)
        trip.send()
    assert sorted(Event.objects.values_list("data__n", flat=True)) == list(range(count))
    assert set(Event.objects.values_list("kind", "text")) <= {("a thing", "")}


@pytest.mark.django_db
def test_rows_that_differ_in_nothing_are_all_written(access):
    [row] = events_of(access, 1)
    with transaction.atomic():
        trip = OneTrip()
        insert_unread(Event, [row] * 3, trip)
        trip.send()
    assert Event.objects.filter(data=row["data"]).count() == 3


def test_outside_a_transaction():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        insert([Job()])


@pytest.mark.django_db
def test_rows_built_together_are_what_the_model_makes(access):
    centre = centres.root(access.workspace_id, mode=access.mode)
    other = centres.add(centre, kind="client", name="Acme")
    fields = [
        {
            "workspace_id": access.workspace_id,
            "mode": "test",
            "cost_centre": place,
            "prompt": name,
            "batch": None,
            "seconds": number,
            "estimated_micros": 1,
            "cap_micros": 1,
        }
        for number, (place, name) in enumerate([(centre, "a"), (other, "b"), (centre, "c")])
    ]
    rows, plain = build(Job, fields), [Job(**one) for one in fields]
    own = {"_state", "uid", "metadata", "route", "left_out"}
    for row, one in zip(rows, plain, strict=True):
        assert {k: v for k, v in vars(row).items() if k not in own} == {
            k: v for k, v in vars(one).items() if k not in own
        }
        assert row.cost_centre is one.cost_centre and row.batch is None
        assert row._state.adding
    # What is made anew for each row is no two rows' own.
    assert len({row.uid for row in rows}) == len({id(row.metadata) for row in rows}) == 3
    assert build(Job, []) == []
