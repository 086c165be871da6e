"""A language model's text is taken only where it keeps to the rules; else theirs stands."""

import pytest

from campaigns.prompts import language_model
from campaigns.prompts.language_model import ChatModel
from campaigns.prompts.limits import limits_of
from campaigns.prompts.proposing import propose
from providers.types import GenerationMode
from tests.campaigns.prompts.stand_in import StandIn

PROMPT = "A nice can of Acme Glow on ice [[sandbox: stall]]"
BY_RULES = "Slow push in. A can of Acme Glow on ice, soft natural light. [[sandbox: stall]]"
BETTER = "Slow push in on a can of Acme Glow that stands on ice, low sun behind it"
TERMS = {
    "offer_limits": (limits_of("runway", name="Runway"),),
    "seconds": 5,
    "generation_mode": GenerationMode.TEXT_TO_VIDEO,
    "locked": ("Acme Glow",),
}


@pytest.fixture
def model():
    running = StandIn()
    yield running
    running.close()


def proposed(model, *, key="sk-x"):
    return propose(PROMPT, **TERMS, model=ChatModel(base_url=model.base_url, key=key, name="small"))


def test_its_text_is_taken(model):
    model.says(f'"{BETTER} [[sandbox: stall]]"')
    said = proposed(model)
    assert said.rewritten == f"{BETTER} [[sandbox: stall]]"
    assert (said.original, said.source, said.notes) == (PROMPT, "language_model", ())
    assert said.changes[-1].reason == "Worded anew by small."
    assert "".join(one.text for one in said.diff if one.kind != "delete") == said.rewritten
    assert said.findings_after == ()


def test_what_it_is_asked(model):
    model.says("x")
    proposed(model)
    (path, headers, sent), *more = model.asked
    assert (path, more) == ("/v1/chat/completions", [])
    assert headers["Authorization"] == "Bearer sk-x"
    assert (sent["model"], sent["temperature"]) == ("small", 0)
    order = sent["messages"][1]["content"]
    assert order.startswith("Clip of 5 seconds. At most 1000 characters.\n")
    assert order.endswith(f"\nThe prompt:\n{BY_RULES}")
    assert "\nKeep letter for letter: Acme Glow\n" in order
    proposed(model, key="")
    assert "Authorization" not in model.asked[1][1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it was empty"),
        (
            f"{BETTER.replace('Glow', 'GLOW')} [[sandbox: stall]]",
            "it changed the locked phrase “Acme Glow”",
        ),
        (BETTER, "it changed the sandbox directive"),
        (f"{BETTER}\x07 [[sandbox: stall]]", "it held control characters"),
        (
            f"{BETTER} {'and more ' * 120} [[sandbox: stall]]",
            "it was longer than the 1,000 characters that Runway takes",
        ),
        (
            f"{BETTER}, Taylor Swift drinks [[sandbox: stall]]",
            "it brought in a fault of its own (“Taylor Swift” is a real person;"
            " providers refuse those)",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_reason(model, text, why):
    model.says(text)
    said = proposed(model)
    assert (said.rewritten, said.source) == (BY_RULES, "rules")
    assert said.notes == (f"The language model's text was not taken: {why}.",)


@pytest.mark.parametrize(
    ("status", "body", "note"),
    [
        (500, b"{}", "The language model refused (status 500)."),
        (302, b"", "The language model refused (status 302)."),
        (200, b"<html>", "The language model gave an answer that cannot be read."),
        (200, b'{"choices": []}', "The language model gave an answer that cannot be read."),
        (200, b"[1]", "The language model gave an answer that cannot be read."),
        (200, b'{"choices": [{"message": {"content": null}}]}', "The language model gave no text."),
        (200, b" " * 300_000, "The language model could not be asked."),
    ],
)
def test_a_bad_answer_leaves_the_rules_proposal(model, status, body, note):
    model.status, model.body = status, body
    said = proposed(model)
    assert (said.rewritten, said.source, said.notes) == (BY_RULES, "rules", (note,))


def test_a_slow_model_is_not_waited_for(model, monkeypatch):
    monkeypatch.setattr(language_model, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(language_model, "CONNECT_SECONDS", 0.1)
    model.delay = 0.5
    assert proposed(model).notes == ("The language model did not answer in time.",)


def test_a_model_that_is_not_there(model):
    model.close()
    said = proposed(model)
    assert said.rewritten == BY_RULES
    assert said.notes == ("The language model could not be asked.",)
