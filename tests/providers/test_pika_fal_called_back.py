"""After fal's callback one call tells all, and nothing is believed that it does not say."""

from dataclasses import replace

import pytest

from providers.types import TaskState
from tests.providers.conversation import answer, fixture, talk
from tests.providers.test_pika_fal_calls import BASE, ID, TASK, pika


def test_a_poll_after_the_callback_asks_for_the_result_alone():
    calls, progress = talk(
        pika().poll(replace(TASK, called_back=True)), answer(fixture("pika", "result_good"))
    )
    assert [call.url for call in calls] == [f"{BASE}/fal-ai/pika/requests/{ID}"]
    assert progress.state is TaskState.SUCCEEDED
    assert progress.output_url


@pytest.mark.parametrize(
    "result", [answer({"detail": "Request is still in progress"}, status=400), answer({})]
)
def test_a_result_that_names_no_file_is_left_to_the_status(result):
    """A callback that came too early, or about a failure, decides nothing."""
    running = answer({"status": "IN_PROGRESS", "request_id": ID}, status=202)
    calls, progress = talk(pika().poll(replace(TASK, called_back=True)), result, running)
    assert [call.url.rpartition("/")[2] for call in calls] == [ID, "status"]
    assert progress.state is TaskState.PROCESSING
