import stat

import pytest
from django.core.management import call_command

from accounts.demo import ensure_demo
from accounts.keys import check_key
from accounts.models import ApiKey, Membership, Mode, Role, User, Workspace

pytestmark = pytest.mark.django_db


def run(folder, *, port=8000):
    path = ensure_demo(
        data_dir=folder,
        base_url=f"http://127.0.0.1:{port}",
        sandbox_url=f"http://127.0.0.1:{port + 1}",
    )
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_first_run(tmp_path):
    values = run(tmp_path)
    assert list(values) == [
        "AIVIDEO_BASE_URL",
        "AIVIDEO_API_KEY",
        "AIVIDEO_USERNAME",
        "AIVIDEO_PASSWORD",
        "AIVIDEO_SANDBOX_URL",
    ]
    assert values["AIVIDEO_BASE_URL"] == "http://127.0.0.1:8000"
    assert values["AIVIDEO_SANDBOX_URL"] == "http://127.0.0.1:8001"
    assert stat.S_IMODE((tmp_path / "demo.env").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["demo.env"]
    workspace, user = Workspace.objects.get(), User.objects.get()
    assert (workspace.slug, workspace.name) == ("demo", "Demo Agency")
    assert (user.username, user.is_staff, user.is_superuser) == ("demo", True, True)
    assert user.check_password(values["AIVIDEO_PASSWORD"])
    assert Membership.objects.get().role == Role.OWNER
    access = check_key(values["AIVIDEO_API_KEY"], ip=None)
    assert (access.workspace_id, access.mode) == (workspace.pk, Mode.TEST)


def test_second_run_keeps_everything(tmp_path):
    first = run(tmp_path)
    written = (tmp_path / "demo.env").stat().st_mtime_ns
    assert run(tmp_path) == first
    assert (tmp_path / "demo.env").stat().st_mtime_ns == written
    assert (User.objects.count(), ApiKey.objects.count(), Workspace.objects.count()) == (1, 1, 1)


def test_other_port_changes_only_the_addresses(tmp_path):
    first, second = run(tmp_path), run(tmp_path, port=9000)
    assert second == {
        **first,
        "AIVIDEO_BASE_URL": "http://127.0.0.1:9000",
        "AIVIDEO_SANDBOX_URL": "http://127.0.0.1:9001",
    }
    assert stat.S_IMODE((tmp_path / "demo.env").stat().st_mode) == 0o600


def test_lost_file_makes_a_new_key_and_password(tmp_path):
    first = run(tmp_path)
    (tmp_path / "demo.env").unlink()
    second = run(tmp_path)
    assert second["AIVIDEO_PASSWORD"] != first["AIVIDEO_PASSWORD"]
    assert second["AIVIDEO_API_KEY"] != first["AIVIDEO_API_KEY"]
    assert User.objects.get().check_password(second["AIVIDEO_PASSWORD"])
    assert check_key(second["AIVIDEO_API_KEY"], ip=None)


def test_fresh_database_keeps_the_password_and_replaces_the_key(tmp_path):
    first = run(tmp_path)
    User.objects.update(username="somebody-else")
    ApiKey.objects.update(key_id="gone")
    second = run(tmp_path)
    assert second["AIVIDEO_PASSWORD"] == first["AIVIDEO_PASSWORD"]
    assert User.objects.get(username="demo").check_password(first["AIVIDEO_PASSWORD"])
    assert second["AIVIDEO_API_KEY"] != first["AIVIDEO_API_KEY"]


def test_password_changed_by_the_person_stands(tmp_path):
    run(tmp_path)
    user = User.objects.get()
    user.set_password("their own long sentence")
    user.save()
    run(tmp_path)
    assert User.objects.get().check_password("their own long sentence")


def test_command(tmp_path, settings, capsys):
    settings.DATA_DIR = tmp_path
    call_command("make_demo", base_url="http://127.0.0.1:7000")
    assert capsys.readouterr().out == f"Demo workspace ready: {tmp_path / 'demo.env'}\n"
    assert "AIVIDEO_BASE_URL=http://127.0.0.1:7000\n" in (tmp_path / "demo.env").read_text()
