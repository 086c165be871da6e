from django.urls import path

from campaigns.pages import briefs, campaigns, clients, film, products

app_name = "campaigns"
urlpatterns = [
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.client_new, name="client_new"),
    path("clients/<str:uid>/", clients.client, name="client"),
    path("clients/<str:uid>/profile/", clients.profile_change, name="profile_change"),
    path("clients/<str:uid>/kit/", clients.kit_change, name="kit_change"),
    path("clients/<str:uid>/archive/", clients.client_archive, name="client_archive"),
    path("clients/<str:uid>/products/", products.product_new, name="product_new"),
    path("products/<str:uid>/", products.product, name="product"),
    path("products/<str:uid>/change/", products.product_change, name="product_change"),
    path("products/<str:uid>/archive/", products.product_archive, name="product_archive"),
    path("products/<str:uid>/photos/", products.photo_add, name="photo_add"),
    path("products/<str:uid>/photos/order/", products.photo_order, name="photo_order"),
    path("products/<str:uid>/photos/remove/", products.photo_remove, name="photo_remove"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<str:uid>/", briefs.campaign, name="campaign"),
    path("campaigns/<str:uid>/brief/", briefs.brief_change, name="brief_change"),
    path("campaigns/<str:uid>/archive/", campaigns.campaign_archive, name="campaign_archive"),
    path("campaigns/<str:uid>/rehearsal/", film.rehearsal, name="rehearsal"),
    path("campaigns/<str:uid>/film/", film.film, name="film"),
    path("campaigns/<str:uid>/film/make/", film.film_make, name="film_make"),
]
