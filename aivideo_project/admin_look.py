"""The back desk in the product's own colours: graphite, and amber for what is picked."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy


def _file(path: str) -> Any:
    """The address of a static file, asked for when a page is made."""

    def address(request: HttpRequest) -> str:
        return static(path)

    return address


def _room(title: str, *items: tuple[str, str, str]) -> dict[str, Any]:
    """A part of the rail: (words, icon, register)."""
    return {
        "title": title,
        "separator": True,
        "items": [
            {"title": words, "icon": icon, "link": reverse_lazy(f"admin:{table}_changelist")}
            for words, icon, table in items
        ],
    }


def superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def _people() -> dict[str, Any]:
    room = _room(
        "People",
        ("People", "person", "accounts_user"),
        ("Members and roles", "group", "accounts_membership"),
        ("Workspaces", "domain", "accounts_workspace"),
        ("API keys", "key", "accounts_apikey"),
    )
    for item in room["items"]:
        item["permission"] = superuser
    return room


NAVIGATION = [
    {
        "items": [
            {"title": "Start", "icon": "home", "link": reverse_lazy("admin:index")},
            {
                "title": "Audit trail",
                "icon": "history",
                "link": reverse_lazy("admin:accounts_auditentry_changelist"),
            },
        ]
    },
    _room(
        "Work",
        ("Jobs", "movie", "generation_job"),
        ("Attempts", "send", "generation_attempt"),
        ("Tasks at providers", "assignment", "generation_providertask"),
        ("Events", "timeline", "generation_event"),
        ("Batches", "stacks", "generation_batch"),
        ("Quotes", "request_quote", "generation_quote"),
        ("Clips and pictures", "video_file", "generation_asset"),
    ),
    _room(
        "Money",
        ("Ledger", "receipt_long", "generation_ledgerline"),
        ("Daily sums", "bar_chart", "generation_dailyrollup"),
        ("Budgets", "savings", "generation_budget"),
        ("Budget periods", "date_range", "generation_budgetperiod"),
        ("Cost centres", "account_tree", "generation_costcentre"),
        ("Rate cards", "sell", "generation_ratecard"),
        ("Providers' bills", "description", "generation_statement"),
        ("Clients' statements", "contract", "generation_issuedstatement"),
        ("Closed months", "lock", "generation_periodclose"),
    ),
    _room(
        "Market",
        ("Provider accounts", "power_settings_new", "providers_provideraccount"),
        ("Offers", "storefront", "providers_offer"),
        ("Price book", "menu_book", "providers_pricerow"),
        ("Proposed prices", "approval", "providers_priceproposal"),
        ("Tier policies", "sort", "providers_tierpolicy"),
    ),
    _room(
        "Campaigns",
        ("Clients", "handshake", "campaigns_client"),
        ("Campaigns", "campaign", "campaigns_campaign"),
        ("Shots", "theaters", "campaigns_shot"),
        ("Takes", "slideshow", "campaigns_take"),
        ("Films", "movie_edit", "campaigns_film"),
    ),
    _room(
        "Outside",
        ("Webhook endpoints", "webhook", "generation_webhookendpoint"),
        ("Deliveries", "outgoing_mail", "generation_notice"),
        ("Callbacks received", "call_received", "generation_receivedcallback"),
        ("Idempotent answers", "repeat_one", "generation_idempotentanswer"),
    ),
    _people(),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Dailies",
    "SITE_HEADER": "Dailies",
    "SITE_SUBHEADER": "Back desk",
    "SITE_ICON": {
        "light": _file("back-desk-mark-light.svg"),
        "dark": _file("back-desk-mark-dark.svg"),
    },
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": _file("favicon.svg")},
    ],
    "STYLES": [_file("css/back-desk.css")],
    "DASHBOARD_CALLBACK": "generation.desk.start.context_of",
    "SIDEBAR": {"show_search": True, "navigation": NAVIGATION},
    "SITE_URL": "/",
    "BORDER_RADIUS": "6px",
    "COLORS": {
        # Unfold's own are too faint for small words.
        "font": {
            "subtle-light": "var(--color-base-600)",
            "subtle-dark": "var(--color-base-400)",
            "default-light": "var(--color-base-600)",
            "default-dark": "var(--color-base-300)",
            "important-light": "var(--color-base-900)",
            "important-dark": "var(--color-base-100)",
        },
        "base": {
            "50": "#FBFAF8",
            "100": "#F6F5F2",
            "200": "#E3E1DB",
            "300": "#CFCCC4",
            "400": "#A4AAB1",
            "500": "#757C84",
            "600": "#5C6168",
            "700": "#3A4047",
            "800": "#2A2E33",
            "900": "#16181B",
            "950": "#0E0F11",
        },
        # 600 carries white button text: the light theme's accent, 5.5 to 1.
        "primary": {
            "50": "#FFF8EB",
            "100": "#FFEECB",
            "200": "#FFDF9E",
            "300": "#FFCE6B",
            "400": "#FFBF46",
            "500": "#FFB224",
            "600": "#9A5B00",
            "700": "#7F4B00",
            "800": "#643B00",
            "900": "#4B2C00",
            "950": "#2E1B00",
        },
    },
}
