from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.access import Access, Forbidden, access_of, ip_of, require
from accounts.models import ApiKey, Membership, Mode, Role, User
from accounts.permissions import PERMISSIONS, SCOPES


def member(role):
    return Access(workspace_id=1, mode=Mode.TEST, role=role, user_id=1)


def program(*scopes):
    return Access(
        workspace_id=1, mode=Mode.TEST, role=Role.CREATOR, api_key_id=1, scopes=frozenset(scopes)
    )


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (
            Role.VIEWER,
            "budgets:read campaigns:read costs:read jobs:read media:read webhooks:read",
        ),
        (
            Role.CREATOR,
            "budgets:read campaigns:read campaigns:write costs:read jobs:cancel jobs:read "
            "jobs:write media:read queue:arrange webhooks:read",
        ),
        (
            Role.MANAGER,
            "audit:read budgets:read campaigns:read campaigns:write costs:adjust costs:read "
            "jobs:cancel jobs:decide jobs:read jobs:write media:read queue:arrange queue:manage "
            "reviews:decide "
            "statements:issue webhooks:read webhooks:write",
        ),
        (Role.OWNER, " ".join(sorted(PERMISSIONS))),
    ],
)
def test_what_each_role_may(role, names):
    assert [name for name in sorted(PERMISSIONS) if member(role).may(name)] == names.split()


def test_a_key_may_what_its_scopes_say_and_no_more():
    assert [name for name in PERMISSIONS if program("jobs:read").may(name)] == ["jobs:read"]
    everything = [name for name in PERMISSIONS if program(*SCOPES).may(name)]
    assert sorted(everything) == sorted([*SCOPES, "queue:arrange", "webhooks:read"])
    assert [name for name in PERMISSIONS if program().may(name)] == []


def test_unknown_permission_is_denied_to_everybody():
    assert member(Role.OWNER).may("jobs:explode") is False
    with pytest.raises(Forbidden, match="Nobody may do this: there is no permission"):
        require(member(Role.OWNER), "jobs:explode")


@pytest.mark.parametrize(
    ("access", "permission", "words"),
    [
        (
            member(Role.VIEWER),
            "jobs:write",
            "Your role (Viewer) may not generate footage. Ask an owner.",
        ),
        (
            program("jobs:read"),
            "jobs:write",
            "This API key may not generate footage: it lacks the scope jobs:write.",
        ),
        (
            program(*SCOPES),
            "budgets:write",
            "An API key may not change budgets. Sign in as a person.",
        ),
    ],
)
def test_refusals_say_what_is_missing(access, permission, words):
    with pytest.raises(Forbidden) as caught:
        require(access, permission)
    assert str(caught.value) == words


def request_of(user, **session):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")
    request.user, request.session = user, session
    return request


def test_session_begins_in_test_mode_in_the_first_workspace(owner, workspace, other):
    Membership.objects.create(workspace=other, user=owner, role=Role.VIEWER)
    assert access_of(request_of(owner)) == Access(
        workspace_id=workspace.pk,
        mode=Mode.TEST,
        role=Role.OWNER,
        user_id=owner.pk,
        ip="10.0.0.1",
    )
    chosen = access_of(request_of(owner, workspace_id=other.pk, mode="live"))
    assert (chosen.workspace_id, chosen.mode, chosen.role) == (other.pk, Mode.LIVE, Role.VIEWER)


def test_foreign_or_closed_workspace_in_the_session_is_not_entered(owner, workspace, other):
    assert access_of(request_of(owner, workspace_id=other.pk)).workspace_id == workspace.pk
    workspace.closed_at = owner.date_joined
    workspace.save()
    with pytest.raises(Forbidden, match="You belong to no workspace yet"):
        access_of(request_of(owner, workspace_id=workspace.pk))


def test_nobody_and_the_switched_off_have_no_access(owner):
    owner.is_active = False
    for user in (AnonymousUser(), owner):
        with pytest.raises(Forbidden, match="Sign in first"):
            access_of(request_of(user))


def test_access_is_read_once_a_request(owner, django_assert_num_queries):
    request = request_of(owner)
    with django_assert_num_queries(1):
        assert access_of(request) is access_of(request)


def test_rows_within_an_access_are_of_its_workspace_and_mode(workspace, other):
    for number, (place, mode) in enumerate(
        [(workspace, "test"), (workspace, "live"), (other, "test")]
    ):
        ApiKey.objects.create(
            workspace=place, mode=mode, key_id=str(number), expires_at=workspace.created_at
        )
    asker = SimpleNamespace(workspace_id=workspace.pk, mode=Mode.TEST)
    assert list(ApiKey.objects.within(asker).values_list("key_id", flat=True)) == ["0"]
    assert ApiKey.objects.filter(key_id="2").within(asker).count() == 0


def test_forwarded_address_counts_only_behind_our_proxies(rf, settings):
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 9.9.9.9")
    assert ip_of(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert ip_of(request) == "9.9.9.9"
    settings.TRUSTED_PROXIES = 3
    assert ip_of(request) == "10.0.0.1"


def test_people_without_an_address_do_not_collide(db):
    User.objects.create_user("anna")
    User.objects.create_user("bert")
    assert list(User.objects.values_list("email", flat=True)) == [None, None]
