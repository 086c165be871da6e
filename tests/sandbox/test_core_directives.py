import pytest

from sandbox.directives import Directive, directive_in, without_directives


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fail=moderation", Directive(fail="moderation")),
        ("fail=server", Directive(fail="server")),
        ("fail=credits", Directive(fail="credits")),
        ("fail=invalid", Directive(fail="invalid")),
        ("fail=fire", Directive()),
        ("stall", Directive(stall=True)),
        ("slow=2.5", Directive(slow=2.5)),
        ("slow=soon", Directive()),
        ("lost-response", Directive(lost_response=True)),
        ("rate-limit=3", Directive(rate_limit=3)),
        ("expired-url, truncated-file", Directive(expired_url=True, truncated_file=True)),
        ("bad-json black-frames", Directive(bad_json=True, black_frames=True)),
        ("STALL", Directive(stall=True)),
        ("dance", Directive()),
    ],
)
def test_each_directive(words, expected):
    assert directive_in(f"A kite [[sandbox: {words}]] flies", provider="pika") == expected


@pytest.mark.parametrize(
    ("provider", "stalls"), [("sora", True), ("runway", False), ("pika", False)]
)
def test_only_holds_for_the_whole_pair_of_brackets(provider, stalls):
    prompt = "A kite [[sandbox: stall only=openai]] [[sandbox: slow=1]]"
    assert directive_in(prompt, provider=provider) == Directive(stall=stalls, slow=1.0)


def test_only_with_a_stranger_holds_nowhere():
    assert directive_in("[[sandbox: stall only=luma]]", provider="pika") == Directive()


def test_prompt_without_directives():
    assert without_directives("A kite [[sandbox: stall]] flies") == "A kite flies"
