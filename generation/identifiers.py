"""Public ids: a word for the kind, then 20 characters that sort by time of making."""

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
PAIRS = [one + other for one in ALPHABET for other in ALPHABET]  # ten bits at a time
PLACES = range(90, -10, -10)


def new_uid(kind: str) -> str:
    """`job_01jd…`: 45 bits of milliseconds, then 55 random bits."""
    number = (int(time.time() * 1000) & (2**45 - 1)) << 55 | secrets.randbits(55)
    return f"{kind}_{''.join([PAIRS[number >> place & 1023] for place in PLACES])}"


def job_uid() -> str:
    return new_uid("job")


def batch_uid() -> str:
    return new_uid("batch")


def asset_uid() -> str:
    return new_uid("asset")


def attempt_ref() -> str:
    """Our own reference of an attempt, sent to vendors that take one."""
    return new_uid("att")


def centre_uid() -> str:
    return new_uid("cc")


def budget_uid() -> str:
    return new_uid("bud")


def quote_uid() -> str:
    return new_uid("quote")


def card_uid() -> str:
    """A rate card of a client."""
    return new_uid("card")
