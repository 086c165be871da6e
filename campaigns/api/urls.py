from django.urls import URLPattern

import generation.api.urls  # noqa: F401 - registers the converter `uid`

app_name = "campaigns_api"
urlpatterns: list[URLPattern] = []
