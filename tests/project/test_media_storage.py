"""Where files are kept, and from where pages may show them."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from aivideo_project import media_storage, page_policy


def test_files_are_kept_in_a_folder_unless_a_bucket_is_named():
    assert media_storage.backend("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    assert media_storage.backend("s3://clips/") == {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": "clips", "default_acl": None, "file_overwrite": False},
    }


@pytest.mark.parametrize(
    "address", ["s3://", "clips", "s3:/clips", "s3://clips/folder", "file:///"]
)
def test_another_address_stops_the_start(address: str):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE"):
        media_storage.backend(address)


def test_pages_show_files_of_the_named_origin_only():
    usual = page_policy.allowing("")["DIRECTIVES"]
    with_bucket = page_policy.allowing("https://clips.example")["DIRECTIVES"]

    assert usual["media-src"] == ["'self'", "blob:"]
    assert with_bucket["media-src"] == ["'self'", "blob:", "https://clips.example"]
    assert with_bucket["img-src"] == ["'self'", "data:", "blob:", "https://clips.example"]
    changed = {name for name in usual if usual[name] != with_bucket[name]}
    assert changed == {"img-src", "media-src"}
