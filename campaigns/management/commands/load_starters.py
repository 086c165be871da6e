"""`manage.py load_starters`: the product's own templates, in every workspace's library."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from campaigns.prompts.library.starters import bring, starters


class Command(BaseCommand):
    help = "Bring the prompt templates of this release into every library. Twice is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        brought = 0
        for workspace in Workspace.objects.order_by("pk"):
            for mode in Mode:
                access = Access(workspace_id=workspace.pk, mode=mode, role=Role.OWNER, user_id=None)
                brought += bring(access)
        self.stdout.write(f"{len(starters())} starters; {brought} new or changed.")
