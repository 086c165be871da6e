"""Prices at the back desk."""

import pytest
from django.urls import reverse

from accounts.models import User
from providers.catalogue_loading import load_folder
from providers.models import Offer, PriceRow


@pytest.fixture
def desk(client, db):
    load_folder()
    client.force_login(User.objects.create_superuser("root", password="correct horse battery"))
    return client


def pika():
    return Offer.objects.get(catalogue="2025-seed", provider="pika")


@pytest.mark.parametrize("table", ["offer", "pricerow", "provideraccount", "tierpolicy"])
def test_every_list_opens(desk, table):
    assert desk.get(reverse(f"admin:providers_{table}_changelist")).status_code == 200


def test_a_price_is_not_added_here_but_in_the_price_book(desk):
    rows = PriceRow.objects.count()
    form = {
        "offer": pika().pk,
        "micros_per_second": 30_000,
        "valid_from": "2026-12-01",
        "source": "letter of the vendor",
        "confidence": "confirmed",
    }
    assert desk.post(reverse("admin:providers_pricerow_add"), form).status_code == 403
    assert PriceRow.objects.count() == rows


def test_a_price_can_be_neither_changed_nor_deleted(desk):
    row = PriceRow.objects.get(offer=pika())
    change = reverse("admin:providers_pricerow_change", args=[row.pk])
    assert desk.post(change, {"micros_per_second": 1}).status_code == 403
    delete = reverse("admin:providers_pricerow_delete", args=[row.pk])
    assert desk.post(delete, {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.micros_per_second == 20_000
