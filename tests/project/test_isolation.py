import socket
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.conftest import NetworkForbidden


def test_no_connection_leaves_this_machine():
    with socket.socket() as outward, pytest.raises(NetworkForbidden):
        outward.connect(("192.0.2.1", 80))


def test_no_name_is_looked_up():
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("runwayml.com", 443)


def test_this_machine_may_be_asked():
    assert socket.getaddrinfo("localhost", 80)
    with socket.socket() as local:
        assert local.connect_ex(("127.0.0.1", 1)) != 0


def test_files_go_to_a_folder_of_the_test(settings, tmp_path_factory):
    name = default_storage.save("clip.mp4", ContentFile(b"clip"))
    assert Path(default_storage.path(name)).parent == Path(settings.MEDIA_ROOT)
    assert tmp_path_factory.getbasetemp() in Path(settings.MEDIA_ROOT).parents
