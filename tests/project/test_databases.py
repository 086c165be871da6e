"""The suite runs on the database that it was told to run on."""

import os

from django.db import connection


def test_the_database_is_the_one_that_was_asked_for(db):
    asked = os.environ.get("TEST_DATABASE_URL", "")
    assert connection.vendor == ("postgresql" if asked else "sqlite")
