"""Cells of a CSV that people open in a spreadsheet, which would run some of them as formulas."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(value: object) -> str:
    """The value as text that no spreadsheet takes for a formula; numbers stay numbers."""
    text = "" if value is None else str(value)
    if isinstance(value, int | float) or not text.startswith(FORMULA):
        return text
    return f"'{text}"


def plain(text: str) -> str:
    """What was meant by a cell that `safe` has written."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
