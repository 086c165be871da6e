"""The back desk in the product's own colours: graphite, and amber for what is picked."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Dailies",
    "SITE_HEADER": "Dailies",
    "SITE_SUBHEADER": "Back desk",
    "SITE_SYMBOL": "movie",
    "SITE_URL": "/",
    "BORDER_RADIUS": "6px",
    "COLORS": {
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
