"""`python -m bench.goals.load.asked COUNT [PROVIDER]`: planned jobs, as one batch or more.

With a provider its clips are of 4 s and nobody else is tried; without one they are drafts.
"""

import sys
import time

import django


def main() -> None:
    django.setup()
    from accounts.access import Access
    from accounts.models import Mode, Role, Workspace
    from generation import batches
    from generation.asks import JobAsk
    from providers.types import Tier

    count, provider = int(sys.argv[1]), "".join(sys.argv[2:3])
    tier = Tier.HIGH if provider else Tier.DRAFT
    workspace = Workspace.objects.get(slug="roomy")
    access = Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER)
    mark = time.time_ns()  # a vendor that can only be asked for its list must tell them apart
    for first in range(0, count, batches.MOST):
        asks = [
            JobAsk(
                prompt=f"Driven {mark} {n}",
                tier=tier,
                provider=provider,
                seconds=4 if provider else 3,
                enable_fallback=not provider,
            )
            for n in range(first, min(count, first + batches.MOST))
        ]
        batches.create(access, asks, use_cost_optimization=False)


if __name__ == "__main__":
    main()
