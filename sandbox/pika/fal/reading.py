"""Reading the fields of a fal body, gathering every problem on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.pika.fal.endpoints import Endpoint

Body = Mapping[str, object]
Json = dict[str, object]


def problem(name: str, msg: str, *, kind: str, given: object) -> Json:
    """One entry of a 422 answer's `detail`; `kind` is the machine-readable type."""
    return {
        "loc": ["body", name],
        "msg": msg,
        "type": kind,
        "url": f"https://docs.fal.ai/errors#{kind}",
        "input": given,
    }


@dataclass
class Reader:
    """Reads fields and gathers problems, so that one answer names them all."""

    body: Body
    problems: list[Json] = field(default_factory=list)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.body.get(name)
        if name not in self.body or (value is None and not required):
            if required:
                self.add(name, "Field required", kind="missing", given=dict(self.body))
            return ""
        if not isinstance(value, str):
            self.add(name, "Input should be a valid string", kind="string_type", given=value)
            return ""
        if required and not value.strip():
            message = "String should have at least 1 character"
            self.add(name, message, kind="string_too_short", given=value)
        return value

    def literal(self, name: str, *, among: tuple[str, ...], default: str) -> str:
        value = self.body.get(name, default)
        if isinstance(value, str) and value in among:
            return value
        self.add(name, expected(among), kind="literal_error", given=value)
        return default

    def seconds(self, endpoint: Endpoint, *, allowed: frozenset[int]) -> int:
        default: object = "5" if endpoint.duration_is_text else 5
        value = self.body.get("duration", default)
        right_type = str if endpoint.duration_is_text else int
        if isinstance(value, right_type) and not isinstance(value, bool):
            text = str(value)
            if text.isdecimal() and int(text) in allowed:
                return int(text)
        words = tuple(str(second) for second in sorted(allowed))
        self.add("duration", expected(words), kind="literal_error", given=value)
        return 0

    def seed(self) -> int | None:
        value = self.body.get("seed")
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.add("seed", "Input should be a valid integer", kind="int_type", given=value)
        return None

    def add(self, name: str, msg: str, *, kind: str, given: object) -> None:
        self.problems.append(problem(name, msg, kind=kind, given=given))


def expected(among: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in among]
    if len(quoted) == 1:
        return f"Input should be {quoted[0]}"
    return f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}"
