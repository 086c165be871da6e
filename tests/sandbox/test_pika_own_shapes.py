"""Bodies of Pika's own API."""

import pytest

from sandbox.pika.own.inputs import OPERATIONS, OwnRefusal, read_body

TEXT = OPERATIONS["pika/pika-2.5/text-to-video"]
IMAGE = OPERATIONS["pika/pika-2.5/image-to-video"]


def read(operation=TEXT, **body):
    return read_body(operation, {"prompt": "a kite", **body}, allowed=operation.lengths)


def test_defaults():
    ask = read()
    assert (ask.seconds, ask.resolution, ask.seed, ask.image) == (5, "1080p", None, "")


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (TEXT, {"prompt": ""}),
        (TEXT, {"duration_s": 10}),
        (TEXT, {"duration_s": "5"}),
        (TEXT, {"resolution": "480p"}),
        (TEXT, {"seed": "7"}),
        (IMAGE, {}),
        (IMAGE, {"image": "data:image/png;base64,aGk="}),
    ],
)
def test_bad_bodies(operation, body):
    with pytest.raises(OwnRefusal) as refused:
        read(operation, **body)
    assert refused.value.status == 422


def test_catalogue_record_prices_in_micro_dollars():
    assert TEXT.record()["prices"] == [
        {"resolution": "720p", "micro_usd_per_second": 40_000},
        {"resolution": "1080p", "micro_usd_per_second": 90_000},
    ]
