from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from aivideo_project.health import healthz
from aivideo_project.metrics import metrics
from generation.api.hooks import account_hook, hook
from generation.media_views import media

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("metrics", metrics),
    path("api/", include("campaigns.api.urls")),
    path("api/", include("generation.api.urls")),
    path("hooks/<str:provider>/<str:mode>", account_hook, name="account_hook"),
    path("hooks/<str:provider>/<str:mode>/<str:token>", hook, name="hook"),
    path("media/<str:token>/<str:name>", media, name="media"),
    # One sign-in page, behind one limit on failures.
    path("admin/login/", RedirectView.as_view(pattern_name="accounts:login", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("campaigns.pages.urls")),
    path("", include("generation.pages.urls")),
]
handler400 = "generation.api.errors.malformed"
handler404 = "generation.api.errors.missing"
handler500 = "generation.api.errors.broken"
