"""What the papers name exists, and what exists to be used is named."""

import re
from importlib import import_module

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from campaigns.api import urls as campaign_urls
from generation.api import urls as api_urls
from tests.docs.book import ROOT, all_words, blocks, coded, pages, prose, table

OUR_APPS = {"accounts", "providers", "generation", "campaigns"}
# Of the client and of the demo's file; the server's own settings stand in .env.example.
CLIENTS = {
    "AIVIDEO_BASE_URL",
    "AIVIDEO_API_KEY",
    "AIVIDEO_USERNAME",
    "AIVIDEO_PASSWORD",
    "AIVIDEO_SANDBOX_URL",
}
# What chaos and the tests read; the product knows none of them.
TESTS = {
    "CHAOS_DATA",
    "CHAOS_JOBS",
    "CHAOS_KILLS",
    "CHAOS_RESTARTS",
    "CHAOS_SECONDS",
    "CHAOS_SEED",
    "TEST_BROKER_URL",
    "TEST_REDIS_URL",
}
# Names in capitals that are code, not settings.
IN_CODE = {
    "ADAPTERS",
    "LIVE_URLS",
    "ONE_ADDRESS",
    "PROCESSING",
    "PROVIDER_KEYS",
    "SANDBOX_CREDENTIALS",
    "SANDBOX_PATHS",
}


def everywhere():
    return "\n".join(pages().values())


def settings_known():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))


def test_settings():
    known = settings_known() | CLIENTS | IN_CODE | TESTS
    named = {
        match[1]
        for word in all_words()
        if (match := re.fullmatch(r"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(=.*|/.*)?", word))
        and (len(match[1]) > 4 or match[1] == "PORT")
    }
    assert {name for name in named if not {name, name.removesuffix("_FILE")} & known} == set()


def test_make_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", everywhere()))
    assert named == targets


def test_commands():
    ours = {name for name, app in get_commands().items() if app in OUR_APPS}
    named = set(re.findall(r"manage\.py ([a-z_]+)", everywhere()))
    assert named <= set(get_commands()) | {"shell"}
    told = {coded(row[0])[0] for row in table("README.md", "`.venv/bin/python manage.py …`")}
    assert told == ours


def mounted(path):
    """The view at a path with placeholders; None where nothing is."""
    try:
        return resolve(re.sub(r"\{\w+\}", "x", path)).func
    except Resolver404:
        return None


def test_api_paths_exist_with_their_methods():
    calls = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]+)`", everywhere())
    ours = {(method, path) for method, path in calls if not path.startswith("/_control")}
    for method, path in ours:
        view = mounted(path)
        assert view is not None, path
        shown = getattr(view, "cls", None)
        assert shown is None or hasattr(shown, method.lower()), f"{method} {path}"


def test_every_api_path_is_told():
    told = pages()["docs/api.md"]
    for pattern in api_urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/api/" + re.sub(r"<uid:(\w+)>", r"{\1}", str(pattern.pattern))
        first = path.partition("{")[0].rstrip("/") if path.count("/") == 4 else path
        assert path in told or first in told, path


def test_every_call_of_campaigns_is_told():
    told = pages()["docs/campaigns.md"]
    paths = [
        "/api/" + re.sub(r"<uid:(\w+)>", r"{\1}", str(one.pattern))
        for one in campaign_urls.urlpatterns
    ]
    assert [path for path in paths if f"{path}`" not in told] == []


def test_page_addresses():
    wanted = {"/", "/admin/", "/api/docs/", "/api/schema/", "/healthz", "/metrics", "/jobs/"}
    of_the_sandbox = {"/runway", "/openai", "/kling", "/pika"}
    named = {word for word in all_words() if re.fullmatch(r"/(?:[a-z]+/?)*", word)}
    assert {path for path in named - of_the_sandbox | wanted if mounted(path) is None} == set()
    assert get_resolver().urlconf_name == "aivideo_project.urls"


def test_dotted_names_exist():
    named = {
        word.partition("(")[0]
        for word in all_words()
        if re.match(r"(generation|providers|accounts|footage|pro)\.[a-z_]+\.", word)
    }
    assert len(named) > 15
    for name in named:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name


def test_paths_exist():
    # Made by a run, or standing for any name.
    made = re.compile(r"^(var/|DATA_DIR/)|[<*…:]|^/")
    named = {
        word
        for word in all_words()
        if re.fullmatch(r"[\w.<*>…-]+(/[\w.<*>…-]*)+", word) and not made.search(word)
    }
    folders = {"", "generation", "providers"}
    strange = {
        name for name in named if not any((ROOT / folder / name).exists() for folder in folders)
    }
    assert strange == set()


@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_programs_are_started_with_what_exists(block):
    for module, name in re.findall(r"([a-z_.]+):(application|app)\b", block.text):
        assert hasattr(import_module(module), name), f"{module}:{name}"
    for statement in re.findall(r"from ([\w.]+) import (\w+);", block.text):
        assert hasattr(import_module(statement[0]), statement[1])


def test_log_words_are_said():
    source = "".join(
        path.read_text(encoding="utf-8")
        for room in ("generation", "campaigns")
        for path in (ROOT / room).rglob("*.py")
    )
    for row in table("docs/operations.md", "word in the log"):
        for word in coded(row[0]):
            assert f'"{word} ' in source, word


def test_buttons_are_on_the_page():
    shown = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("templates/generation", "generation/pages")
        for path in (ROOT / folder).rglob("*.[hp][ty]*")
        if path.suffix in {".html", ".py"}
    )
    buttons = [row[1].strip("*") for row in table("docs/operations.md", "found")]
    assert [label for label in buttons if label not in shown] == []


def test_the_glossary_is_in_order():
    terms = [row[0] for row in table("docs/glossary.md", "word")]
    assert terms == sorted(set(terms))


def test_every_page_begins_with_its_title():
    for page in pages():
        assert prose(page).startswith("# "), page
