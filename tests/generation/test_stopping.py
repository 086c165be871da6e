"""A driver that is told to stop: what is being sent is finished, the rest is left for the next."""

import threading

from generation import chores, driver, heartbeat, ingest, submitting, telling


def test_what_has_begun_is_finished_and_the_rest_is_handed_back(monkeypatch, settings):
    settings.DRIVEN_TOO = ()
    monkeypatch.setattr(heartbeat, "beat", lambda name: None)
    monkeypatch.setattr(chores, "run_if_due", lambda: False)
    monkeypatch.setattr(telling, "tell_due", lambda limit: 0)
    monkeypatch.setattr(driver, "anything_open", lambda: True)
    monkeypatch.setattr(driver, "look_when_called", lambda many, ear, *, seconds: None)
    begun, finished = [], []
    two_at_work, go_on = threading.Barrier(3), threading.Event()

    def work(pk):
        begun.append(pk)
        two_at_work.wait(30)
        assert go_on.wait(30)
        finished.append(pk)

    monkeypatch.setattr(submitting, "submit", work)
    monkeypatch.setattr(ingest, "fetch", lambda pk: begun.append(("fetch", pk)))
    monkeypatch.setattr(
        driver.Driver, "step", lambda self, many: self._hand_out("send", self._send, [*range(40)])
    )

    def told_to_stop():
        if not begun:
            return False
        two_at_work.wait(30)
        # The stop comes while two are being sent; both see their answers afterwards.
        threading.Timer(0.2, go_on.set).start()
        return True

    driver.run_for_ever(stop=told_to_stop, threads=2)
    assert sorted(begun) == sorted(finished) == [0, 1]
