"""A template as a shot of a storyboard: the shot remembers the version and the values."""

from dataclasses import replace

from django.db import transaction

from accounts.access import Access
from campaigns import shot_editing
from campaigns.models import Campaign, Shot, TemplateVersion
from campaigns.prompts.library.kinds import role_of
from campaigns.prompts.library.using import Filling, Preview, preview
from campaigns.shot_editing import ShotFields, fields_of
from generation.asks import Refused
from providers.types import Tier


@transaction.atomic
def add_shot(
    access: Access, campaign: Campaign, version: TemplateVersion, filling: Filling
) -> Shot:
    """A new shot at the end, on the template's terms. Raises Refused; nothing is spent."""
    told = _told(access, campaign, version, filling)
    terms = told.ask
    shot = shot_editing.add(
        access,
        campaign,
        ShotFields(
            prompt=terms.prompt,
            role=role_of(version.template.kind),
            negative_prompt=terms.negative_prompt,
            seconds=terms.seconds,
            tier=Tier(terms.tier),
            ratio=filling.ratio or campaign.brief.ratio,
            style=terms.style,
            provider=terms.provider,
        ),
    )
    return _pinned(shot, version, told)


@transaction.atomic
def put_into(access: Access, shot: Shot, version: TemplateVersion, filling: Filling) -> Shot:
    """The shot says what the template says; its seconds, tier and shape stay its own.

    Raises Locked or Refused. Its takes stay as they are.
    """
    kept = replace(
        filling,
        seconds=shot.seconds,
        tier=Tier(shot.tier),
        ratio=shot.ratio,
        provider=filling.provider if filling.provider is not None else shot.provider,
        picture_uid=shot.picture.uid if shot.picture else "",
    )
    told = _told(access, shot.campaign, version, kept)
    fields = replace(
        fields_of(shot),
        prompt=told.ask.prompt,
        negative_prompt=told.ask.negative_prompt,
        style=told.ask.style,
        provider=told.ask.provider,
    )
    return _pinned(shot_editing.edit(access, shot, fields), version, told)


def _told(
    access: Access, campaign: Campaign, version: TemplateVersion, filling: Filling
) -> Preview:
    if version.published_at is None:
        words = f"Version {version.number} is a draft. Publish it first."
        raise Refused(words, field="version", code="not_published")
    return preview(access, version, replace(filling, campaign=campaign.uid))


def _pinned(shot: Shot, version: TemplateVersion, told: Preview) -> Shot:
    shot.template_version = version
    shot.template_values = dict(told.values.by_name)
    shot.made_of = {**shot.made_of, f"template:{version.template.uid}": version.number}
    shot.save(update_fields=["template_version", "template_values", "made_of"])
    return shot
