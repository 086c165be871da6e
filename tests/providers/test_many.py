"""Many questions at once: one that stumbles leaves the others alone."""

import logging

from providers.errors import RateLimited, Unavailable
from providers.many import ManyTransport
from providers.types import Call


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
