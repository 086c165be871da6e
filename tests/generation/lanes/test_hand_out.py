"""Who is sent next, out of the rows; and that looking stays cheap however many wait."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import attempts, clock, hand_out
from generation.driver import Driver, anything_open
from generation.handed import Window
from generation.models import Attempt, LaneTurn
from providers.models import ModelLimit
from tests.generation.lanes.conftest import account, attempt_of, limit, many, next_jobs, one


def begin(job) -> bool:
    attempt = attempt_of(job)
    mark = attempt.client_ref
    return attempts.claim(attempt, owner="w", match_key=mark, hook_token=mark)


def test_a_batch_of_a_thousand_delays_no_other_workspaces_draft(ann, bob):
    """With free slots the draft goes out at the very first look; with taken ones, next."""
    batch = many(ann, 1000)
    draft = one(bob)
    assert next_jobs(most=1) == [draft]
    limit(3)
    for job in batch.jobs.order_by("item_index")[:2]:
        assert begin(job)
    assert next_jobs() == [draft]


def test_a_look_reads_a_few_rows_by_index_whoever_waits(ann, bob):
    many(ann, 1000)
    one(bob)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        waiting = hand_out.waiting_now()
        ids = hand_out.due_sends(handed={}, most=50, waiting=waiting)
    assert (len(waiting), len(ids)) == (101, 20)
    # Who waits, the accounts' limits, what runs there, whose turn; and the turns once taken.
    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == 5
    Attempt.objects.update(lane="9")
    with CaptureQueriesContext(connection) as asked:
        assert hand_out.waiting_now() == []
    assert len(asked) == 1


def test_the_lines_are_read_from_their_index(ann):
    many(ann, 300)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE generation_attempt")
    plan = hand_out.explained()
    # To jump from lane to lane, and to read the first of each.
    assert plan.count("attempt_line") >= 2
    assert "SCAN w" not in plan
    assert "SCAN a" not in plan
    assert "Seq Scan on generation_attempt" not in plan


def test_higher_priority_goes_first_within_a_workspace_and_nowhere_else(ann, bob):
    plain, urgent, other = one(ann), one(ann, priority=9), one(bob)
    assert next_jobs() == [urgent, other, plain]


def test_what_has_been_handed_counts_as_running_until_it_is_taken(ann):
    limit(3)
    batch = many(ann, 6)
    waiting = hand_out.waiting_now()
    first = hand_out.due_sends(handed={}, most=2, waiting=waiting)
    second = hand_out.due_sends(handed=set(first), most=10, waiting=hand_out.waiting_now())
    order = list(batch.jobs.order_by("item_index").values_list("attempts", flat=True))
    assert first + second == order[:3]


def test_an_unknown_and_an_accepted_task_keep_their_slots_whatever_became_of_the_worker(ann):
    limit(2)
    running, doubtful, waits = one(ann), one(ann), one(ann)
    assert begin(running)
    assert begin(doubtful)
    Attempt.objects.filter(job=running).update(
        state="accepted", lease_until=None, lease_owner="", task_id="t-1"
    )
    assert (next_jobs(), begin(waits)) == ([], False)
    clock.shift(attempts.LEASE_SECONDS + 1)
    try:
        assert attempts.expire_leases() == 1
        assert Attempt.objects.get(job=doubtful).state == "unknown"
        assert next_jobs() == []
        Attempt.objects.filter(job=running).update(state="failed", ended_at=clock.now())
        assert next_jobs() == [waits]
    finally:
        clock.shift(0)


def test_a_models_own_limit_counts_beside_its_accounts(ann):
    first, second = one(ann, provider="kling"), one(ann, provider="kling")
    limit(1, provider="kling", model=attempt_of(first).model)
    assert next_jobs() == [first]
    assert begin(first)
    assert next_jobs() == []
    assert begin(second) is False
    assert attempt_of(second).state == "planned"


def test_a_model_that_wants_quiet_is_left_alone_until_then(ann):
    waits, free = one(ann), one(ann, provider="kling")
    moment = clock.now()
    ModelLimit.objects.create(
        account=account(),
        model=attempt_of(waits).model,
        quiet_since=moment,
        quiet_until=moment + timedelta(seconds=5),
    )
    assert next_jobs() == [free]
    clock.shift(6)
    try:
        assert next_jobs() == [waits, free]
    finally:
        clock.shift(0)


def test_turns_are_remembered_where_somebody_is_left_waiting(ann, bob):
    limit(1)
    many(ann, 3)
    many(bob, 3)
    [first] = next_jobs()
    assert first.workspace_id == ann.workspace_id
    assert [row.turn for row in LaneTurn.objects.all()] == [1]
    [second] = next_jobs()
    assert second.workspace_id == bob.workspace_id


def test_the_driver_hands_out_no_more_than_its_senders_get_done(ann):
    window = Window()
    assert [window.room([]) for _ in range(6)] == [4, 8, 16, 32, 64, 100]
    assert window.room([0.1] * 98) == 2
    assert [window.room([0.7] * 4) for _ in range(5)] == [46, 21, 8, 2, 0]
    limit(500)
    many(ann, 200)
    sent: list[int] = []
    driver = Driver(send=sent.append, fetch=sent.append)
    driver._hand_out_sends()
    driver._hand_out_sends()
    assert len(sent) == len(set(sent)) == 4, "none has begun, so no more are handed out"


def test_what_is_on_hold_or_paused_wakes_nobody(ann):
    from generation import arranging, pausing

    job = one(ann)
    assert anything_open()
    arranging.hold(ann, job)
    assert (anything_open(), next_jobs()) == (False, [])
    arranging.resume(ann, job)
    pausing.pause_queue(ann)
    assert (anything_open(), next_jobs()) == (False, [])
    pausing.resume_queue(ann)
    assert (anything_open(), next_jobs()) == (True, [job])
