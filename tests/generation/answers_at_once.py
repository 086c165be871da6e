"""A stand-in for the transport that asks many: whatever was begun is answered when it is asked."""

from typing import Any


class AnswersAtOnce:
    """Subclasses give the answers to a list of questions in `ask_all`."""

    def __init__(self) -> None:
        self._begun: list[tuple[Any, Any]] = []

    @property
    def waiting(self) -> list[Any]:
        return [about for about, _ in self._begun]

    def begin(self, about: object, question: Any) -> None:
        self._begun.append((about, question))

    def answered(self, *, seconds: float) -> list[tuple[Any, Any]]:
        begun, self._begun = self._begun, []
        if not begun:
            return []
        answers = self.ask_all([question for _, question in begun])
        return [(about, answer) for (about, _), answer in zip(begun, answers, strict=True)]

    def ask_all(self, questions: list[Any]) -> list[Any]:
        raise NotImplementedError
