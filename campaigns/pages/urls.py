from django.urls import path

from campaigns.pages import briefs, campaigns, clients

app_name = "campaigns"
urlpatterns = [
    path("clients/<str:uid>/", clients.client, name="client"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/<str:uid>/", briefs.campaign, name="campaign"),
]
