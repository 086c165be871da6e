"""Several writes as one message: in their order, all or none, and only inside a transaction."""

import pytest
from django.db import IntegrityError, connection, transaction

from generation.models import Heartbeat
from generation.one_trip import OneTrip

ADD = "INSERT INTO generation_heartbeat (name, at, owner) VALUES (%s, %s, %s)"
RENAME = "UPDATE generation_heartbeat SET owner = %s WHERE owner = %s"
AT = "2026-11-29 12:00:00+00:00"


@pytest.mark.django_db
def test_they_are_done_in_their_order(django_assert_num_queries):
    trip = OneTrip()
    statements = 1 if connection.vendor == "postgresql" else 3
    with transaction.atomic(), django_assert_num_queries(statements):
        trip.add(ADD, ["a", AT, "100 % of ’;--"])
        trip.add(ADD, ["b", AT, "b"])
        trip.add(RENAME, ["c", "b"])
        trip.send()
    assert dict(Heartbeat.objects.values_list("name", "owner")) == {"a": "100 % of ’;--", "b": "c"}


@pytest.mark.django_db
def test_one_that_fails_undoes_all():
    trip = OneTrip()
    with pytest.raises(IntegrityError), transaction.atomic():
        trip.add(ADD, ["a", AT, ""])
        trip.add(ADD, ["a", AT, ""])
        trip.send()
    assert Heartbeat.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_sent_twice(django_assert_num_queries):
    trip = OneTrip()
    with transaction.atomic():
        trip.add(ADD, ["a", AT, ""])
        trip.send()
        with django_assert_num_queries(0):
            trip.send()
    assert Heartbeat.objects.count() == 1


def test_outside_a_transaction():
    trip = OneTrip()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        trip.add(ADD, ["a", AT, ""])
        trip.send()
