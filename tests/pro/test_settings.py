"""Where the client finds its address and key, and which one wins."""

import pytest

from pro.errors import NotConfigured
from pro.settings import read_settings

DEMO = (
    "AIVIDEO_BASE_URL=http://127.0.0.1:8123\nAIVIDEO_API_KEY=aiv_test_demo\nAIVIDEO_USERNAME=demo\n"
)


@pytest.fixture
def demo(alone):
    (alone / "var").mkdir()
    (alone / "var" / "demo.env").write_text(DEMO)


def found(**given):
    settings = read_settings(**given)
    return settings.base_url, settings.api_key


def test_without_anything_there_is_no_key():
    settings = read_settings()
    assert (settings.base_url, settings.api_key) == ("http://127.0.0.1:8000", "")
    with pytest.raises(NotConfigured, match="AIVIDEO_API_KEY"):
        settings.checked()


def test_the_demo_is_found(demo):
    assert found() == ("http://127.0.0.1:8123", "aiv_test_demo")


def test_each_source_wins_over_the_next(demo, alone, monkeypatch):
    lines = [
        "# ours",
        "export AIVIDEO_BASE_URL='http://dot.test/' # office",
        "AIVIDEO_API_KEY=dot #",
    ]
    (alone / ".env").write_text("\n".join(lines))
    assert found() == ("http://dot.test", "dot")
    monkeypatch.setenv("AIVIDEO_API_KEY", "environment")
    assert found() == ("http://dot.test", "environment")
    assert found(api_key="given", base_url="https://given.test") == ("https://given.test", "given")


def test_a_key_may_lie_in_a_file(alone, monkeypatch):
    (alone / "key").write_text("aiv_test_file\n")
    monkeypatch.setenv("AIVIDEO_API_KEY_FILE", str(alone / "key"))
    assert found()[1] == "aiv_test_file"
    monkeypatch.setenv("AIVIDEO_API_KEY_FILE", str(alone / "nowhere"))
    with pytest.raises(NotConfigured, match=r"nowhere: No such file"):
        read_settings()


def test_the_demo_s_key_goes_to_the_demo_alone(demo):
    assert found(base_url="http://127.0.0.1:8123/") == ("http://127.0.0.1:8123", "aiv_test_demo")
    assert found(base_url="https://elsewhere.test") == ("https://elsewhere.test", "")


@pytest.mark.parametrize(
    "address", ["desk.test", "ftp://desk.test", "http://", "http://desk.test:port"]
)
def test_an_address_that_is_none(address):
    with pytest.raises(NotConfigured, match="AIVIDEO_BASE_URL must be an address"):
        read_settings(api_key="aiv_test_1", base_url=address).checked()


def test_a_key_with_odd_characters_is_not_sent():
    with pytest.raises(NotConfigured, match="no key has"):
        read_settings(api_key="aiv_test_“x”").checked()


def test_the_key_is_shown_nowhere():
    assert "aiv_test_1" not in repr(read_settings(api_key="aiv_test_1"))


def test_the_mode_follows_the_key():
    assert read_settings(api_key="aiv_live_1").mode == "live"
    assert read_settings(api_key="aiv_test_1").mode == "test"
