"""A client's profile and brand kit: what may be changed, and what a thin kit makes weaker."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from accounts.access import Access
from campaigns import said
from campaigns.history import note_change
from campaigns.models import BrandKit, Client
from generation import clock
from generation.asks import Refused

HEX = re.compile(r"#[0-9A-Fa-f]{6}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
LONGEST_TEXT = 4000
LONGEST_PHRASE = 200
MOST_ENTRIES = 50


@dataclass(frozen=True, kw_only=True)
class Colour:
    """A brand colour; `hex` is "#RRGGBB"."""

    name: str
    hex: str


@dataclass(frozen=True, kw_only=True)
class ProfileChange:
    """What of a client's profile becomes what; None stays as it is."""

    about: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    markets: tuple[str, ...] | None = None
    placements: tuple[str, ...] | None = None
    disclosure: str | None = None
    archived: bool | None = None


@dataclass(frozen=True, kw_only=True)
class KitChange:
    """What of a brand kit becomes what; None stays as it is."""

    voice: str | None = None
    colours: tuple[Colour, ...] | None = None
    locked_phrases: tuple[str, ...] | None = None
    avoid: tuple[str, ...] | None = None
    defaults: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Weakness:
    """A part of a brand kit that is empty, and what that makes weaker."""

    field: str
    name: str
    words: str


WEAKER = (
    Weakness(
        field="voice",
        name="Voice",
        words="Prompts follow no tone, so the takes of one campaign can feel like several brands.",
    ),
    Weakness(
        field="colours",
        name="Colours",
        words="No shot asks for the brand’s colours, and no take can be held against them.",
    ),
    Weakness(
        field="locked_phrases",
        name="Locked phrases",
        words="Slogans and product names may be reworded when a prompt is improved.",
    ),
    Weakness(
        field="avoid",
        name="What to avoid",
        words="Nothing of the brand’s own is kept out of the picture.",
    ),
)


def weaknesses(kit: BrandKit) -> tuple[Weakness, ...]:
    """What is missing in the kit, in the order of the form."""
    return tuple(weak for weak in WEAKER if not getattr(kit, weak.field))


def change(
    access: Access,
    client: Client,
    *,
    profile: ProfileChange | None = None,
    kit: KitChange | None = None,
) -> Client:
    """Change the profile, the brand kit or both. Raises Refused; then nothing was changed.

    The kit's version goes up by one where something differs, and stays where nothing does.
    """
    new_profile = _checked_profile(profile or ProfileChange())
    new_kit = _checked_kit(kit or KitChange())
    with transaction.atomic():
        # Changes of one client happen one after another, so that no version counts two.
        rows = Client.objects.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("centre").get(pk=client.pk)
        locked = BrandKit.objects.select_for_update(of=("self",), no_key=True).get(client=found)
        _change_profile(access, found, new_profile)
        _change_kit(access, locked, new_kit)
    found.brand_kit = locked
    return found


def subject_of(client: Client) -> str:
    return f"client:{client.uid}"


def kit_subject_of(client: Client) -> str:
    return f"brand_kit:{client.uid}"


def _change_profile(access: Access, client: Client, new: dict[str, Any]) -> None:
    before = {name: getattr(client, name) for name in new if name != "archived"}
    after = {name: value for name, value in new.items() if name != "archived"}
    if "archived" in new:
        before["archived"], after["archived"] = client.archived_at is not None, new["archived"]
    if not note_change(access, "client.change", subject_of(client), before=before, after=after):
        return
    for name, value in after.items():
        if name != "archived":
            setattr(client, name, value)
        elif value != before[name]:
            client.archived_at = clock.now() if value else None
    client.save(update_fields=[*(set(after) - {"archived"}), "archived_at"])


def _change_kit(access: Access, kit: BrandKit, new: dict[str, Any]) -> None:
    before = {name: getattr(kit, name) for name in new}
    subject = kit_subject_of(kit.client)
    if not note_change(access, "brand_kit.change", subject, before=before, after=new):
        return
    for name, value in new.items():
        setattr(kit, name, value)
    kit.version += 1
    kit.save(update_fields=[*new, "version", "updated_at"])


def _checked_profile(asked: ProfileChange) -> dict[str, Any]:
    given = _given(asked)
    for field in ("about", "disclosure"):
        if field in given:
            given[field] = said.text(given[field], field=field, most=LONGEST_TEXT)
    if "contact_name" in given:
        given["contact_name"] = said.line(given["contact_name"], field="contact_name", most=120)
    if "contact_email" in given:
        given["contact_email"] = _email(given["contact_email"])
    for field in ("markets", "placements"):
        if field in given:
            given[field] = said.lines(given[field], field=field, most=MOST_ENTRIES, longest=80)
    return given


def _checked_kit(asked: KitChange) -> dict[str, Any]:
    given = _given(asked)
    if "voice" in given:
        given["voice"] = said.text(given["voice"], field="voice", most=LONGEST_TEXT)
    if "colours" in given:
        given["colours"] = _colours(given["colours"])
    for field in ("locked_phrases", "avoid"):
        if field in given:
            given[field] = said.lines(
                given[field], field=field, most=MOST_ENTRIES, longest=LONGEST_PHRASE
            )
    if "defaults" in given:
        given["defaults"] = _defaults(given["defaults"])
    return given


def _given(asked: ProfileChange | KitChange) -> dict[str, Any]:
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    return {name: value for name, value in values.items() if value is not None}


def _email(value: str) -> str:
    address = said.line(value, field="contact_email", most=254)
    if address and not EMAIL.fullmatch(address):
        raise Refused("Give an address such as ann@example.com.", field="contact_email")
    return address


def _colours(colours: Iterable[Colour]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for colour in colours:
        if not HEX.fullmatch(colour.hex):
            words = f"Write a colour as #RRGGBB, such as #FFB224; this is “{colour.hex[:20]}”."
            raise Refused(words, field="colours")
        told = {
            "name": said.line(colour.name, field="colours", most=60),
            "hex": colour.hex.upper(),
        }
        if any(told["hex"] == known["hex"] for known in found):
            raise Refused(f"{told['hex']} stands here twice. Keep it once.", field="colours")
        found.append(told)
    if len(found) > MOST_ENTRIES:
        raise Refused(f"Keep it to {MOST_ENTRIES} colours.", field="colours")
    return found


def _defaults(values: Mapping[str, str]) -> dict[str, str]:
    for name in values:
        if not VARIABLE.fullmatch(name):
            words = f"“{name[:40]}” is no name of a variable: letters, digits and _ only."
            raise Refused(words, field="defaults")
    if len(values) > MOST_ENTRIES:
        raise Refused(f"Keep it to {MOST_ENTRIES} variables.", field="defaults")
    return {name: said.line(value, field="defaults", most=500) for name, value in values.items()}
