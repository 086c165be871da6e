"""Every address of campaigns, every method: nobody gets in without a right of their own."""

import re

import pytest
from django.test import Client

from accounts.permissions import PERMISSIONS
from campaigns.api.urls import urlpatterns
from tests.generation.api.conftest import make_caller

DOORS = [(str(one.pattern), one.callback.view_class) for one in urlpatterns]
pytestmark = pytest.mark.django_db


def address(path: str) -> str:
    """With ids that belong to nobody."""
    return re.sub(r"<uid:\w+>", "thing_x", path)


def test_every_door_names_a_permission_for_each_of_its_methods():
    assert len(DOORS) >= 9
    for path, view in DOORS:
        methods = {m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(view, m)}
        assert methods == set(view.permissions_needed), path
        assert set(view.permissions_needed.values()) <= set(PERMISSIONS), path


def test_without_a_key():
    for path, view in DOORS:
        for method in view.permissions_needed:
            answer = Client().generic(method, f"/api/{address(path)}")
            assert answer.status_code == 401, (method, path)


def test_a_key_without_the_scope(workspace, owner):
    blind = make_caller(workspace, owner, scopes=["media:read"])
    for path, view in DOORS:
        for method in view.permissions_needed:
            assert blind.call(method, address(path)).status_code == 403, (method, path)


def test_what_belongs_to_nobody_is_not_there(shop, caller):
    for path, view in DOORS:
        if "<uid:" in path:
            for method in view.permissions_needed:
                answer = caller.call(method, address(path))
                assert answer.status_code in (403, 404), (method, path, answer.content)
