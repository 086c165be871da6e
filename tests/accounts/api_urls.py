"""One guarded view, to ask of the authentication classes what the real API would."""

from django.urls import include, path
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiKey


class Keys(APIView):
    permissions_needed = {"GET": "jobs:read", "POST": "jobs:write", "DELETE": "keys:write"}

    def get(self, request):
        rows = ApiKey.objects.within(request.auth).order_by("pk")
        return Response({"mode": request.auth.mode, "names": [row.name for row in rows]})

    def post(self, request):
        return Response(status=201)

    def delete(self, request):
        return Response(status=204)

    def put(self, request):
        return Response(status=204)


urlpatterns = [path("api/keys", Keys.as_view()), path("", include("aivideo_project.urls"))]
