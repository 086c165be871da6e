"""The tag that puts a hint where it is needed."""

from typing import Any

from django import template

from generation.pages.hints import wanted

register = template.Library()


@register.inclusion_tag("generation/_hint.html", takes_context=True)
def hint(context: dict[str, Any], name: str) -> dict[str, str]:
    """The sentence called `name` with a button that puts it away; nothing where that is done."""
    return {"name": name, "words": wanted(context["request"], name)}
