"""The back desk's own affairs (people, workspaces, members, keys) are for superusers alone."""

from typing import Any

from django.http import HttpRequest


class SuperusersOnly:
    """For a model's admin: other staff neither see its lists nor are they asked about rights."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)
