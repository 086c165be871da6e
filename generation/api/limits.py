"""How often a caller may ask for something that spends money."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.access import Access


class CreateLimit(SimpleRateThrottle):
    """CREATES_PER_MINUTE for each key or person.

    Counted by each web process for itself, and two requests at the same instant may both slip
    through: this protects the desk from a runaway loop. Money is guarded by budgets.
    """

    scope = "create"

    def get_rate(self) -> str | None:
        most: int = settings.CREATES_PER_MINUTE
        return f"{most}/minute" if most else None

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        access = request.auth
        if request.method != "POST" or not isinstance(access, Access):
            return None
        who = f"key{access.api_key_id}" if access.api_key_id else f"user{access.user_id}"
        return f"create:{access.workspace_id}:{access.mode}:{who}"
