"""The vendors that the server mounts."""

from sandbox.vendor import Vendor

VENDORS: tuple[type[Vendor], ...] = ()
