"""Spans of time in words. All arguments are seconds."""

MINUTE, HOUR, DAY = 60, 3600, 86400
NARROW = "\u00a0"  # a number never stands on another line than its unit


def ago(seconds: float) -> str:
    """ "just now", "42 s ago", "3 min ago", "5 h ago", "2 days ago"."""
    whole = int(max(seconds, 0))
    if whole < 5:
        return "just now"
    if whole < MINUTE:
        return f"{whole} s ago"
    if whole < HOUR:
        return f"{whole // MINUTE} min ago"
    if whole < DAY:
        return f"{whole // HOUR} h ago"
    days = whole // DAY
    return "yesterday" if days == 1 else f"{days} days ago"


def about(seconds: float) -> str:
    """A wait that one can plan with: "2 s", "15 s", "2 min"."""
    if seconds < 100:
        return f"{max(round(seconds), 1)}{NARROW}s"
    return f"{round(seconds / MINUTE)}{NARROW}min"


def usually(middle: float, slow: float) -> str:
    """From the middle to the slow end: "15 to 30 s", "80 s to 3 min", "2 s"."""
    low, high = about(middle), about(max(slow, middle))
    if low == high:
        return low
    number, unit = low.split(NARROW)
    return f"{number} to {high}" if high.endswith(f"{NARROW}{unit}") else f"{low} to {high}"
