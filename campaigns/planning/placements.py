"""Which shape each place wants that footage is shown at. A shape written out is believed."""

import re

from generation.asks import RATIOS

WRITTEN = re.compile(r"(?<![\d:])(\d{1,2})\s*[:x]\s*(\d{1,2})(?![\d:])")
# By the words that people use; the first that is found decides, so the narrower stand first.
KNOWN = (
    ("in-stream", "16:9"),
    ("instream", "16:9"),
    ("shorts", "9:16"),
    ("reel", "9:16"),
    ("stor", "9:16"),  # story, stories
    ("tiktok", "9:16"),
    ("snapchat", "9:16"),
    ("linkedin", "16:9"),
    ("feed", "4:5"),
    ("pinterest", "4:5"),
    ("youtube", "16:9"),
    ("website", "16:9"),
    ("television", "16:9"),
)


def ratio_of(placement: str) -> str:
    """ "9:16", or empty where the words say nothing that we make."""
    if written := WRITTEN.search(placement):
        ratio = f"{int(written[1])}:{int(written[2])}"
        return ratio if ratio in RATIOS else ""
    told = placement.casefold()
    return next((ratio for word, ratio in KNOWN if word in told), "")
