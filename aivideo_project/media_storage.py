"""Where uploads and clips are kept: in a folder of ours, or in a bucket."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

BUCKET = "s3://"


def backend(address: str) -> dict[str, Any]:
    """Django's storage for MEDIA_STORAGE: empty for MEDIA_ROOT, or `s3://bucket`.

    A bucket needs the package django-storages[s3], which is not installed by default; its keys,
    region and endpoint are read by boto3 itself. Raises ImproperlyConfigured.
    """
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    bucket = address.removeprefix(BUCKET).strip("/")
    if not address.startswith(BUCKET) or not bucket or "/" in bucket:
        raise ImproperlyConfigured("MEDIA_STORAGE must be empty or s3://bucket.")
    options = {"bucket_name": bucket, "default_acl": None, "file_overwrite": False}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
