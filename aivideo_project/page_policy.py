"""What a page may load and do: its own files, nothing inline, nothing from elsewhere."""

from typing import Any

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "media-src": ["'self'", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def allowing(media_origin: str) -> dict[str, Any]:
    """The policy with pictures and clips from one other origin; empty for none."""
    directives = {name: list(words) for name, words in POLICY.items()}
    if media_origin:
        directives["img-src"].append(media_origin)
        directives["media-src"].append(media_origin)
    return {"DIRECTIVES": directives}
