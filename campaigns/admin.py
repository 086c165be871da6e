"""Clients, campaigns, shots and takes at the back desk, to be read only."""

from django.contrib import admin
from django.utils.safestring import SafeString

from campaigns.models import Campaign, Client, Film, Shot, Take
from generation.desk.days import DayWords
from generation.desk.registers import Register, See, link_to
from generation.desk.rooms import WorkspaceWords


@admin.register(Client)
class ClientRegister(Register):
    list_display = ["name", "uid", "workspace", "mode", "created_at", "archived_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["centre", "workspace"]
    search_fields = ["centre__uid__startswith", "centre__name__icontains"]
    # Whom to call there is the workspace's own business.
    hidden = ("contact_name", "contact_email")
    see = (See(words="Campaigns", table="campaigns_campaign", lookup="client__id__exact"),)


@admin.register(Campaign)
class CampaignRegister(Register):
    list_display = ["name", "uid", "the_client", "workspace", "mode", "created_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["centre", "client__centre", "workspace"]
    search_fields = ["centre__uid__startswith", "centre__name__icontains"]
    see = (
        See(words="Shots", table="campaigns_shot", lookup="campaign__id__exact"),
        See(words="Films", table="campaigns_film", lookup="campaign__id__exact"),
    )

    @admin.display(description="client")
    def the_client(self, campaign: Campaign) -> SafeString | str:
        return link_to(campaign.client)


@admin.register(Shot)
class ShotRegister(Register):
    list_display = ["uid", "role", "seconds", "tier", "the_campaign", "locked", "created_at"]
    list_filter = [DayWords, "mode", "role", WorkspaceWords]
    list_select_related = ["campaign__centre"]
    search_fields = ["uid__startswith"]
    see = (See(words="Takes", table="campaigns_take", lookup="shot__id__exact"),)

    @admin.display(description="campaign")
    def the_campaign(self, shot: Shot) -> SafeString | str:
        return link_to(shot.campaign)


@admin.register(Take)
class TakeRegister(Register):
    list_display = ["uid", "number", "verdict", "the_shot", "the_job", "created_at"]
    list_filter = [DayWords, "mode", "verdict", WorkspaceWords]
    list_select_related = ["shot", "job"]
    search_fields = ["uid__startswith", "job__uid__startswith"]

    @admin.display(description="shot")
    def the_shot(self, take: Take) -> SafeString | str:
        return link_to(take.shot)

    @admin.display(description="job")
    def the_job(self, take: Take) -> SafeString | str:
        return link_to(take.job)


@admin.register(Film)
class FilmRegister(Register):
    list_display = ["uid", "state", "the_campaign", "reason", "created_at", "made_at"]
    list_filter = [DayWords, "mode", "state", WorkspaceWords]
    list_select_related = ["campaign__centre"]
    search_fields = ["uid__startswith"]

    @admin.display(description="campaign")
    def the_campaign(self, film: Film) -> SafeString | str:
        return link_to(film.campaign)
