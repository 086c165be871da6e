"""Many questions at once: one that stumbles leaves the others alone."""

import logging
import time

import pytest

from providers.errors import RateLimited, Unavailable
from providers.many import MOST_AT_ONCE, ManyTransport
from providers.types import Call
from tests.providers.bad_server import BadServer, answer, saying


@pytest.fixture
def quick_server():
    server = BadServer(saying(answer("200 OK")))
    yield server
    server.close()


@pytest.fixture
def slow_server():
    """It reads what is asked and says nothing until it is closed."""
    server = BadServer(lambda _: server.done.wait(30) and None)
    yield server
    server.close()


def answers(value):
    return value
    yield


def refuses():
    raise RateLimited("slow down", retry_after=3.0)
    yield


def stumbles():
    raise KeyError("status")
    yield


def creates():
    yield Call(method="POST", url="http://127.0.0.1:9/", creates=True)


def asks_nobody():
    yield Call(method="GET", url="http://127.0.0.1:9/")


def test_each_question_has_its_own_answer(caplog):
    caplog.set_level(logging.CRITICAL, logger="providers.many")
    with ManyTransport() as many:
        first, limited, broken, last = many.ask_all([answers(1), refuses(), stumbles(), answers(2)])
    assert (first, last) == (1, 2)
    assert isinstance(limited, RateLimited)
    assert isinstance(broken, Unavailable)
    assert broken.reason == "its answer could not be understood"


def test_a_create_never_goes_out_here(caplog):
    caplog.set_level(logging.CRITICAL, logger="providers.many")
    with ManyTransport() as many:
        [outcome] = many.ask_all([creates()])
    assert isinstance(outcome, Unavailable)


def test_nobody_there_is_unavailable():
    with ManyTransport() as many:
        [outcome] = many.ask_all([asks_nobody()])
    assert isinstance(outcome, Unavailable)
    assert outcome.reason.startswith("no answer")


def looks(url):
    reply = yield Call(method="GET", url=url)
    return reply.status


def test_a_vendor_that_does_not_answer_keeps_no_other_waiting(slow_server, quick_server):
    with ManyTransport() as many:
        for number in range(MOST_AT_ONCE + 5):
            many.begin(("slow", number), looks(slow_server.url()))
        many.begin("quick", looks(quick_server.url()))
        assert many.answered(seconds=0.5) == [("quick", 200)]
        assert len(many.waiting) == MOST_AT_ONCE + 5
        began = time.monotonic()
    assert time.monotonic() - began < 1.0  # who leaves waits for nobody


def test_an_answer_is_told_once_and_a_failure_as_one(quick_server):
    with ManyTransport() as many:
        assert many.answered(seconds=5.0) == []
        many.begin(1, looks(quick_server.url()))
        many.begin(2, asks_nobody())
        told = dict(many.answered(seconds=5.0))
        assert told[1] == 200
        assert isinstance(told[2], Unavailable)
        assert (many.waiting, many.answered(seconds=0.01)) == ([], [])


def test_questions_go_on_while_others_are_asked_for(quick_server):
    with ManyTransport() as many:
        many.begin("first", looks(quick_server.url()))
        assert many.ask_all(looks(quick_server.url()) for _ in range(3)) == [200] * 3
        assert many.answered(seconds=5.0) == [("first", 200)]
