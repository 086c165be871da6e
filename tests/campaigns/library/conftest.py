"""A template with every type of variable, as content and as rows."""

import pytest

from accounts.access import Access
from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library import templates, versions
from campaigns.prompts.library.content import read_content

TOLD = {
    "body": "Close-up of {product} on {surface}, {colour} drop, {light}, slow push in, {extra}.",
    "variables": [
        {"name": "product", "type": "product", "label": "Product"},
        {"name": "surface", "default": "a wooden table"},
        {"name": "colour", "type": "colour", "default": "#ffb224"},
        {
            "name": "light",
            "type": "choice",
            "default": "soft window light",
            "choices": ["soft window light", "warm side light"],
        },
        {"name": "extra", "required": False},
    ],
    "renderings": {"pika": "{product} on {surface}, {colour}, {light}, {extra}"},
    "settings": {"seconds": 5, "tier": "draft", "ratio": "1:1", "negative_prompt": "text"},
    "change_note": "First",
}


@pytest.fixture
def template(access: Access) -> PromptTemplate:
    """Its first version is published."""
    made = templates.create(access, name="Still", kind="hero", content=read_content(TOLD))
    versions.publish(access, versions.by_number(made, 1))
    return made


@pytest.fixture
def version(template: PromptTemplate) -> TemplateVersion:
    return versions.in_use(template)
