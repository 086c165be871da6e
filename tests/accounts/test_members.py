"""Roles changed, people removed, one leaving, and always an owner left."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership, Role, SecondFactor, User, Workspace

from .conftest import PASSWORD


@pytest.fixture
def desk(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def bob(workspace):
    user = User.objects.create_user("bob", password=PASSWORD)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    return user


def role_of(user):
    return Membership.objects.get(user=user).role


def test_a_role_changes_and_is_recorded(desk, bob):
    assert desk.post(f"/members/{bob.pk}/role/", {"role": "manager"}).status_code == 302
    assert role_of(bob) == Role.MANAGER
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before, entry.after) == (
        "member.role",
        {"role": "creator"},
        {"role": "manager"},
    )
    desk.post(f"/members/{bob.pk}/role/", {"role": "manager"})
    assert desk.post(f"/members/{bob.pk}/role/", {"role": "king"}).status_code == 422
    assert AuditEntry.objects.count() == 1


def test_the_last_owner_stays(desk, owner, bob):
    answer = desk.post(f"/members/{owner.pk}/role/", {"role": "viewer"})
    assert answer.status_code == 422
    assert "A workspace needs an owner." in answer.content.decode()
    assert (
        "A workspace needs an owner." in desk.post("/members/leave/", follow=True).content.decode()
    )
    assert role_of(owner) == Role.OWNER
    assert AuditEntry.objects.count() == 0
    User.objects.filter(pk=bob.pk).update(is_active=False)
    Membership.objects.filter(user=bob).update(role=Role.OWNER)
    assert desk.post(f"/members/{owner.pk}/role/", {"role": "viewer"}).status_code == 422
    User.objects.filter(pk=bob.pk).update(is_active=True)
    assert desk.post(f"/members/{owner.pk}/role/", {"role": "viewer"})["Location"] == "/"
    assert desk.get("/members/").status_code == 403


def test_removing_and_leaving(desk, owner, bob, client):
    client.force_login(bob)
    assert client.get("/profile/").status_code == 200
    assert desk.post(f"/members/{owner.pk}/remove/").status_code == 422
    assert desk.post(f"/members/{bob.pk}/remove/").status_code == 302
    assert client.get("/profile/").status_code == 403
    eve = User.objects.create_user("eve", password=PASSWORD)
    Membership.objects.create(workspace=Workspace.objects.get(), user=eve, role=Role.VIEWER)
    client.force_login(eve)
    assert client.post("/members/leave/").status_code == 302
    assert Membership.objects.get().user_id == owner.pk
    actions = AuditEntry.objects.values_list("action", "user_id", "subject")
    assert list(actions) == [
        ("member.remove", owner.pk, f"user:{bob.pk}"),
        ("member.leave", eve.pk, f"user:{eve.pk}"),
    ]


def test_requiring_the_second_factor_leads_members_to_it(desk, owner, bob, client):
    answer = desk.post("/members/second-factor/", {"required": "yes"})
    assert answer.status_code == 422
    assert "Set up your own second factor first" in answer.content.decode()
    assert not Workspace.objects.get().second_factor_required
    SecondFactor.objects.create(user=owner, sealed="x", confirmed_at=owner.date_joined)
    assert desk.post("/members/second-factor/", {"required": "yes"}).status_code == 302
    client.force_login(bob)
    assert client.get("/profile/")["Location"] == "/second-factor/"
    piece = client.get("/notifications/bell/", headers={"HX-Request": "true"})
    assert piece["HX-Redirect"] == "/second-factor/"
    assert client.get("/second-factor/").status_code == 200
    assert AuditEntry.objects.get().action == "workspace.second_factor"


def test_an_owner_takes_a_lost_second_factor_off(desk, owner, bob, other):
    SecondFactor.objects.create(user=bob, sealed="x", confirmed_at=bob.date_joined)
    place = Membership.objects.create(workspace=other, user=bob, role=Role.VIEWER)
    assert desk.post(f"/members/{bob.pk}/second-factor/").status_code == 422
    assert SecondFactor.objects.count() == 1
    place.delete()
    assert desk.post(f"/members/{bob.pk}/second-factor/").status_code == 302
    assert SecondFactor.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user_id, entry.subject) == (
        "second_factor.reset",
        owner.pk,
        f"user:{bob.pk}",
    )


def test_the_list_costs_the_same_however_many_there_are(
    desk, workspace, bob, django_assert_max_num_queries
):
    with django_assert_max_num_queries(7) as few:
        desk.get("/members/")
    for number in range(10):
        user = User.objects.create_user(f"u{number}", password=None)
        Membership.objects.create(workspace=workspace, user=user, role=Role.VIEWER)
    with django_assert_max_num_queries(len(few)):
        page = desk.get("/members/").content.decode()
    assert page.count('class="person"') == 12
