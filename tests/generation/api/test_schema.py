"""The description is valid OpenAPI 3.1 and complete, and its page needs nothing from outside."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from .conftest import SEED_BATCH, SEED_GENERATE

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict:
    response = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    return json.loads(response.content)


def test_valid_without_a_warning(tmp_path):
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml")
    )


def test_complete(schema):
    assert schema["openapi"] == "3.1.0"
    routes = {
        "/api/" + re.sub(r"<uid:(\w+)>", r"{\1}", str(one.pattern))
        for part in get_resolver().url_patterns
        if str(part.pattern) == "api/"
        for one in getattr(part, "url_patterns", [])
    }
    described = set(schema["paths"])
    assert {path for path in routes if path.startswith("/api/ai-video/")} <= described
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
            assert {"401", "403"} <= set(operation["responses"]), (path, method)


def test_every_field_of_generate(schema):
    fields = schema["components"]["schemas"]["GenerateBodyRequest"]
    assert fields["required"] == ["prompt"]
    assert set(fields["properties"]) == {
        *("mode", "prompt", "duration", "quality", "aspect_ratio", "image_path"),
        *("last_image_path", "provider"),
        *("style", "negative_prompt", "enable_fallback", "async_mode", "max_cost", "webhook_url"),
        *("metadata", "seed", "campaign", "priority", "quote_id"),
    }
    assert fields["properties"]["duration"]["minimum"] == 3
    assert fields["properties"]["duration"]["maximum"] == 20


def test_the_seeds_bodies_are_the_examples(schema):
    def sent(path):
        body = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]
        return body["examples"]["Request"]["value"]

    assert sent("/api/ai-video/generate") == SEED_GENERATE
    assert sent("/api/ai-video/batch-generate") == SEED_BATCH


def test_answers_have_the_described_keys(schema, caller):
    shapes = schema["components"]["schemas"]
    made = caller.post("ai-video/generate", SEED_GENERATE).json()
    told = {
        "Queued": made,
        "Status": caller.get(f"ai-video/status/{made['job_id']}").json(),
        "JobDetail": caller.get(f"ai-video/jobs/{made['job_id']}").json(),
        "JobsPage": caller.get("ai-video/jobs").json(),
        "ProvidersAnswer": caller.get("ai-video/providers").json(),
        "EstimateAnswer": caller.get("ai-video/estimate-cost").json(),
        "BatchStarted": caller.post("ai-video/batch-generate", SEED_BATCH).json(),
        "LedgerPage": caller.get("ledger").json(),
        "BudgetsAnswer": caller.get("budgets").json(),
        "Cancelled": caller.post(f"ai-video/cancel/{made['job_id']}").json(),
    }
    for name, answer in told.items():
        assert set(answer) == set(shapes[name]["properties"]), name
        assert set(answer) == set(shapes[name]["required"]), name


def test_the_page_loads_only_from_here():
    response = Client().get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r'(src|href)="https?:', page)
    assert "<script>" not in page
    assert "'self'" in response["Content-Security-Policy"]
