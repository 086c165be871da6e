"""How the API is put together and described: nothing here depends on the environment."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_auth.BearerKey",
        "accounts.api_auth.BrowserSession",
    ],
    # Denied by default: a view opens a method by naming its permission in permissions_needed.
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_auth.Allowed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["generation.api.json_body.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "generation.api.schema.Schema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "generation.api.errors.Handler"}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Dailies",
    "DESCRIPTION": "AI video generation for a marketing agency: one API, four providers.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],  # words are listed where they are taken, not as named enums
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "tryItOutEnabled": True},
}
