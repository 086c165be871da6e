"""Reading a JSON body: no larger than its door allows, and no text that cannot be written down."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from generation.api.refusals import TooLarge

MOST_BYTES = 256 * 1024
HALF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


class JsonBody(BaseParser):
    """`view.most_bytes` is the door's own limit."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        view = (parser_context or {}).get("view")
        most = getattr(view, "most_bytes", MOST_BYTES)
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(f"Keep the request under {most // 1024} KB.")
        return parsed(raw)


def parsed(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises ParseError for anything else, NaN included."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
        if HALF_A_PAIR.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ParseError("The JSON is nested too deeply.") from None
    except UnicodeError:
        raise ParseError("The text is not whole UTF-8: half of a character is missing.") from None
    except ValueError as fault:
        raise ParseError(f"The body is not JSON: {fault}.") from None
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")
