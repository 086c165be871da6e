"""A crash at every named point of the protocol: the job still completes, with one charge."""

import pytest

from generation import heartbeat, waypoints
from generation.models import Attempt
from providers.types import Tier


class Crash(BaseException):
    """Ends the work on the spot, past every handler, as a kill does."""


@pytest.fixture
def crash_at(monkeypatch):
    """Crash at the named point, the first time that it is passed."""

    def set_up(name: str) -> None:
        passed: list[str] = []

        def hook(point: str) -> None:
            if point == name and not passed:
                passed.append(point)
                raise Crash(point)

        monkeypatch.setattr(waypoints, "hook", hook)
        # The lease names this very process, which goes on living; say that it is dead.
        monkeypatch.setattr(heartbeat, "is_dead", lambda owner: True)
        monkeypatch.setattr("generation.attempts.is_dead", lambda owner: bool(passed))

    return set_up


POINTS = [point for point in waypoints.NAMES if point != "cancel_sent"]


@pytest.mark.parametrize("provider", ["pika", "kling", "runway", "sora"])
@pytest.mark.parametrize("point", POINTS)
def test_the_job_survives(engine, crash_at, provider, point):
    crash_at(point)
    tier = Tier.MASTER if provider == "sora" else Tier.DRAFT
    job = engine.ask(f"A lake at dawn, crash at {point}", provider=provider, tier=tier)
    with pytest.raises(Crash):
        engine.drive()
    # What the dead worker had taken comes free when its claim runs out.
    Attempt.objects.filter(state="accepted").update(next_check_at=job.created_at)
    job.assets.filter(state="pending").update(next_check_at=job.created_at)
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed", engine.picture()
    assert len(engine.sandbox.invoice()) == 1
    engine.assert_at_rest()


def test_a_crash_after_the_cancel_still_books_the_cost(engine, crash_at):
    crash_at("cancel_sent")
    from generation import jobs

    job = engine.ask("A lake [[sandbox: slow=30]]", provider="runway", tier=Tier.STANDARD)
    engine.drive(until=lambda: Attempt.objects.filter(state="accepted").exists())
    jobs.request_cancel(job)
    with pytest.raises(Crash):
        engine.drive()
    Attempt.objects.filter(state="accepted").update(next_check_at=job.created_at)
    engine.drive()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert engine.held() == 0
