"""`python -m bench.goals.load.desk_setup`: tables, catalogue, keys and budgets for a measurement.

Prints JSON: the product's own command for its web server, and a key of each of two workspaces.
Each has one hard budget over everything: ROOMY's is never used up, TIGHT's after `TIGHT_CLIPS`.
"""

import json
import os
from datetime import date

import django

ROOMY, TIGHT = 10**14, 200
PRICE = 60_000  # micro-dollars of a draft of 3 s at its first offer


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from aivideo_project.supervisor import plan
    from providers.models import ProviderAccount

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    ProviderAccount.objects.update(max_concurrent=10_000)
    web = next(one for one in plan.desk(dict(os.environ)) if one.name == "web")
    keys = {"roomy": _key("roomy", ROOMY), "tight": _key("tight", TIGHT * PRICE)}
    print(json.dumps({"web": web.argv, **keys}))


def _key(name: str, limit_micros: int) -> str:
    from accounts.keys import make_key
    from accounts.models import Membership, Mode, Role, User, Workspace
    from generation.models import Budget, BudgetKind

    workspace = Workspace.objects.create(slug=name, name=name)
    owner = User.objects.create_user(name, password=None)
    Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
    Budget.objects.create(
        workspace=workspace,
        mode=Mode.TEST,
        name="All",
        kind=BudgetKind.WORKSPACE,
        starts_on=date(2020, 1, 1),
        limit_micros=limit_micros,
    )
    return make_key(workspace, mode=Mode.TEST, name=name, created_by=owner)[1]


if __name__ == "__main__":
    main()
