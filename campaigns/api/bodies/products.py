"""What a product is made or changed with. What is left out stays as it is."""

from typing import Any

from campaigns.api.bodies.lists import Texts
from campaigns.products import ProductChange
from generation.api.bodies.strict import Body, Flag, Text

PHOTO = "The id or path of an upload, or the https address of a picture."


class ProductChangeBody(Body):
    name = Text(required=False, max_length=400)
    description = Text(required=False)
    audience = Text(required=False, help_text="Whom it is for.")
    benefits = Texts(required=False, help_text="What it is good for.")
    photos = Texts(required=False, help_text="The ids of its photos in their new order.")
    archived = Flag(required=False)


class ProductBody(Body):
    name = Text(max_length=400)
    client = Text(default="", max_length=64, help_text="A client's id; else the workspace's own.")
    description = Text(default="")
    audience = Text(default="", help_text="Whom it is for.")
    benefits = Texts(default=list, help_text="What it is good for.")
    photos = Texts(default=list, help_text=PHOTO)


class PhotoBody(Body):
    photo = Text(max_length=2000, help_text=PHOTO)
    caption = Text(default="")


def product_change(given: dict[str, Any]) -> ProductChange:
    known = ProductChange.__dataclass_fields__
    told = {name: value for name, value in given.items() if name in known}
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return ProductChange(**{**told, **lists})
