"""Every screen of the desk by name: its address on a product that `filling` has filled."""

from scripts.filling import Filled


def screens(made: Filled) -> dict[str, str]:
    """Addresses by name, for somebody who is signed in as an owner and staff."""
    return {**_making(made), **_campaigns(made), **_money(made), **_desk()}


def _making(made: Filled) -> dict[str, str]:
    return {
        "today": "/",
        "generate": "/generate/?tier=draft",
        "many": "/generate/many/",
        "queue": "/jobs/",
        "queue-now": "/queue/",
        "queue-empty": "/jobs/?text=nothing-is-called-this",
        **{f"job-{state}": f"/jobs/{job}/" for state, job in made.jobs.items()},
        "batches": "/batches/",
        "batch": f"/batches/{made.batch}/",
    }


def _campaigns(made: Filled) -> dict[str, str]:
    campaign = f"/campaigns/{made.campaign}"
    empty = f"/campaigns/{made.empty_campaign}"
    return {
        "clients": "/clients/",
        "client": f"/clients/{made.client}/",
        "product": f"/products/{made.product}/",
        "campaigns": "/campaigns/",
        "campaign-new": "/campaigns/new/",
        "brief": f"{campaign}/",
        "brief-empty": f"{empty}/",
        "storyboard": f"{campaign}/storyboard/",
        "storyboard-empty": f"{empty}/storyboard/",
        "rehearsal": f"{campaign}/rehearsal/",
        "drafts": f"{campaign}/drafts/",
        "drafts-empty": f"{empty}/drafts/",
        "compare": f"{campaign}/compare/?takes={','.join(made.takes)}",
        "finals": f"{campaign}/finals/",
        "results": f"{campaign}/results/",
        "variants": f"/shots/{made.shot}/variants/",
    }


def _money(made: Filled) -> dict[str, str]:
    return {
        "costs": "/costs/",
        "budgets": "/budgets/",
        "budget-new": "/budgets/new/",
        "ledger": "/ledger/",
        "ledger-line": f"/ledger/{made.ledger_line}/",
        "reconciliation": "/reconciliation/",
        "client-costs": f"/clients/{made.client}/costs/",
        "statement": f"/clients/{made.client}/statement/",
        "prices": "/prices/",
    }


def _desk() -> dict[str, str]:
    return {
        "webhooks": "/webhooks/",
        "webhook-new": "/webhooks/new/",
        "password": "/password/",
        "search": "/search/?q=harvest",
        "search-empty": "/search/?q=nothing-is-called-this",
        "library": "/library/",
        "providers": "/providers/",
        "members": "/members/",
        "keys": "/keys/",
        "notifications": "/notifications/",
        "profile": "/profile/",
        "styleguide": "/styleguide/",
    }


def back_desk(made: Filled) -> dict[str, str]:
    """The main pages of the back desk, for a superuser: start, lists, records, forms, nothing."""
    job = made.jobs["failed"]
    return {
        "back-desk": "/admin/",
        "back-desk-jobs": "/admin/generation/job/",
        "back-desk-job": f"/admin/generation/job/?q={job}",
        "back-desk-attempts": "/admin/generation/attempt/?day=24h&mode__exact=test",
        "back-desk-ledger-line": f"/admin/generation/ledgerline/{made.ledger_line}/change/",
        "back-desk-nothing": "/admin/generation/job/?q=nothing-is-called-this",
        "back-desk-providers": "/admin/providers/provideraccount/",
        "back-desk-audit": "/admin/accounts/auditentry/",
        "back-desk-person": "/admin/accounts/user/1/change/",
        "back-desk-new-key": "/admin/accounts/apikey/add/",
    }
