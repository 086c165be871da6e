"""fal's platform pages: the list of an account's requests, and prices."""

import httpx
import pytest

from tests.sandbox.fal_calls import IMAGE, TEXT, completed, fal_calls, submit


@pytest.fixture
def fal(sandbox):
    with fal_calls(sandbox) as client:
        yield client


def listed(fal, **query):
    asked = {"endpoint_id": TEXT[1:], "expand": "payloads", **query}
    return fal.get("/v1/models/requests/by-endpoint", params=asked).json()


def test_lost_submit_is_found_by_prompt_and_seed(fal):
    with pytest.raises(httpx.RemoteProtocolError):
        submit(fal, prompt="kite [[sandbox: lost-response]]", seed=4711)
    submit(fal, seed=4712)
    items = listed(fal)["items"]
    (found,) = [item for item in items if item["json_input"].get("seed") == 4711]
    assert found["endpoint_id"] == TEXT[1:]
    assert completed(fal, found["request_id"])["status"] == "COMPLETED"


def test_list_pages_filters_and_leaves_out_what_was_not_to_be_kept(fal):
    done = submit(fal, headers={"X-Fal-Store-IO": "0"}).json()["request_id"]
    completed(fal, done)
    refused = submit(fal, prompt="b [[sandbox: fail=moderation]]").json()["request_id"]
    completed(fal, refused)
    first = listed(fal, limit=1)
    assert [item["request_id"] for item in first["items"]] == [refused]
    assert first["has_more"] is True
    second = listed(fal, limit=1, cursor=first["next_cursor"])
    assert [item["request_id"] for item in second["items"]] == [done]
    assert "json_input" not in second["items"][0]
    assert [i["status_code"] for i in listed(fal, status="user_error")["items"]] == [422]
    assert listed(fal, start="2090-01-01T00:00:00Z")["items"] == []
    assert listed(fal, endpoint_id=IMAGE[1:])["items"] == []


def test_prices_are_the_catalogues(fal):
    answer = fal.get("/v1/models/pricing", params={"endpoint_id": TEXT[1:]}).json()
    assert answer["prices"] == [
        {"endpoint_id": TEXT[1:], "unit_price": 0.02, "unit": "seconds", "currency": "USD"}
    ]
