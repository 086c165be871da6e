"""Products and their photos: order, versions, and what is refused."""

import pytest

from accounts.models import AuditEntry
from campaigns import opening, products
from campaigns.models import Product, ProductPhoto
from campaigns.products import ProductChange
from generation.asks import Refused
from generation.models import Asset
from tests.campaigns.conftest import uploaded


@pytest.fixture
def bottle(access, client) -> Product:
    asked = ProductChange(name="Bottle", audience="Hikers", benefits=("Keeps cold",))
    return products.create(access, asked, client=client)


def photos_of(product: Product) -> list[str]:
    rows = ProductPhoto.objects.filter(product=product)
    return list(rows.values_list("asset__original_name", flat=True))


def test_a_product_of_a_client_and_one_of_the_workspace(access, client, bottle):
    own = products.create(access, ProductChange(name="bottle"), client=None)
    assert (bottle.client, bottle.version, bottle.benefits) == (client, 1, ["Keeps cold"])
    assert own.client is None
    assert bottle.uid.startswith("prod_")
    assert products.product_by(access, bottle.uid) == bottle


def test_photos_stand_in_their_order_and_count_as_changes(access, bottle):
    red, blue = uploaded(access, "red", name="red.png"), uploaded(access, "blue", name="blue.png")
    products.add_photo(access, bottle, red, caption=" From  the front ")
    products.add_photo(access, bottle, blue)
    products.add_photo(access, bottle, red)  # again: nothing
    bottle.refresh_from_db()
    assert photos_of(bottle) == ["red.png", "blue.png"]
    assert bottle.version == 3
    assert ProductPhoto.objects.get(asset=red).caption == "From the front"
    products.change(access, bottle, ProductChange(photos=(blue.uid, red.uid)))
    assert photos_of(bottle) == ["blue.png", "red.png"]
    assert products.remove_photo(access, bottle, asset_uid=blue.uid)
    assert not products.remove_photo(access, bottle, asset_uid=blue.uid)
    bottle.refresh_from_db()
    assert (photos_of(bottle), bottle.version) == (["red.png"], 5)
    assert Asset.objects.filter(pk=blue.pk).exists()


def test_words_change_the_version_and_archiving_does_not(access, bottle):
    changed = products.change(access, bottle, ProductChange(description="Steel, 0.5 l"))
    assert changed.version == 2
    again = products.change(access, bottle, ProductChange(description="Steel, 0.5 l"))
    assert again.version == 2
    put_away = products.change(access, bottle, ProductChange(archived=True))
    assert put_away.archived_at is not None
    assert put_away.version == 2
    assert AuditEntry.objects.filter(action="product.change").count() == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (ProductChange(name="  "), "name"),
        (ProductChange(name="x" * 121), "name"),
        (ProductChange(name="CUP"), "name"),
        (ProductChange(benefits=("a", "a")), "benefits"),
        (ProductChange(audience="x" * 301), "audience"),
        (ProductChange(photos=("asset_none",)), "photos"),
    ],
)
def test_refused_changes_write_nothing(access, client, bottle, asked, field):
    products.create(access, ProductChange(name="Cup"), client=client)
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        products.change(access, bottle, asked)
    assert refused.value.field == field
    bottle.refresh_from_db()
    assert (bottle.name, bottle.version) == ("Bottle", 1)
    assert AuditEntry.objects.count() == entries


def test_a_name_is_taken_once_a_client(access, bottle, client):
    with pytest.raises(Refused) as refused:
        products.create(access, ProductChange(name="BOTTLE"), client=client)
    assert refused.value.field == "name"
    other = opening.open_client(access, name="Bolt")
    products.create(access, ProductChange(name="Bottle"), client=other)
    assert Product.objects.count() == 2


def test_there_is_an_end_to_photos(access, bottle, monkeypatch):
    monkeypatch.setattr(products, "MOST_PHOTOS", 1)
    products.add_photo(access, bottle, uploaded(access, "red"))
    with pytest.raises(Refused) as refused:
        products.add_photo(access, bottle, uploaded(access, "blue"))
    assert refused.value.field == "photo"
    assert ProductPhoto.objects.count() == 1
