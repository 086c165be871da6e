"""Why something was not done: the field that is wrong, and words that say what to do."""


class Refused(Exception):
    """Nothing was written. `field` is the field's name, or "form" for the whole."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words
