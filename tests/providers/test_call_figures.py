"""What is counted about calls to vendors."""

import pytest
from prometheus_client import REGISTRY

from providers import call_figures
from providers.base import run
from providers.call_figures import asked, outcome_of
from providers.errors import OutcomeUnknown
from providers.http import Transport
from providers.many import ManyTransport
from providers.types import Asking, Call
from tests.providers.bad_server import BadServer, saying

ASKING = Asking("sora", "live", "poll")


def counted(outcome: str, *, verb: str = "poll") -> float:
    labels = {"provider": "sora", "mode": "live", "verb": verb, "outcome": outcome}
    return REGISTRY.get_sample_value("aivideo_vendor_call_seconds_count", labels) or 0.0


def answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}".encode()


def looks(url: str, times: int = 1):
    statuses = []
    for _ in range(times):
        reply = yield Call(method="GET", url=url)
        statuses.append(reply.status)
    return statuses


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (0, "no_answer"),
        (200, "good"),
        (302, "good"),
        (404, "refused"),
        (429, "busy"),
        (500, "broken"),
        (504, "broken"),
    ],
)
def test_answers_have_five_classes(status, word):
    assert outcome_of(status) == word


@pytest.mark.parametrize(("status", "word"), [("200 OK", "good"), ("503 Busy", "broken")])
def test_both_transports_count_each_call(status, word):
    server = BadServer(saying(answer(status)))
    before = counted(word)
    transport = Transport(provider="sora", on_call=call_figures.note)
    [once, twice] = run(asked(looks(server.url(), 2), ASKING), transport.send)
    with ManyTransport() as many:
        [[asked_beside]] = many.ask_all([asked(looks(server.url()), ASKING)])
    server.close()
    assert once == twice == asked_beside == int(status[:3])
    assert counted(word) - before == 3


def test_a_call_without_an_answer_counts_as_such():
    before, created = counted("no_answer"), counted("no_answer", verb="create")
    with ManyTransport() as many:
        many.ask_all([asked(looks("http://127.0.0.1:9/"), ASKING)])
    server = BadServer(lambda connection: None)
    call = Call(
        method="POST", url=server.url(), creates=True, asking=Asking("sora", "live", "create")
    )
    with pytest.raises(OutcomeUnknown):
        Transport(provider="sora", on_call=call_figures.note).send(call)
    server.close()
    assert counted("no_answer") - before == 1
    assert counted("no_answer", verb="create") - created == 1


def test_a_call_that_nobody_has_named_is_not_counted():
    before = [sample.value for sample in call_figures.CALL_SECONDS.collect()[0].samples]
    call_figures.note(Call(method="GET", url="http://127.0.0.1:9/"), 200, 0.1)
    assert [sample.value for sample in call_figures.CALL_SECONDS.collect()[0].samples] == before


def test_steps_keep_their_answer_and_their_refusal():
    def answers():
        return 7
        yield

    def refuses():
        raise OutcomeUnknown("no way to ask")
        yield

    assert run(asked(answers(), ASKING), Transport().send) == 7
    with pytest.raises(OutcomeUnknown):
        run(asked(refuses(), ASKING), Transport().send)
